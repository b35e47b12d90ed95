import type { ProviderAnswer } from '@latchkey/core/testing/provider-answers.ts';
import fc from 'fast-check';
import type { Canaries } from '../../support/canaries.ts';
import type { RawAnswer } from '../../support/echo-provider.ts';

/** How an answer gets onto the wire. */
export interface Sending {
  readonly encoding: 'utf8' | 'utf16le' | 'latin1';
  readonly framing: 'length' | 'too-long' | 'until-end' | 'chunked' | 'broken-chunks' | 'no-http';
  /** How much of it, in hundredths. */
  readonly share: number;
  /** Behind the other headers, as it is. */
  readonly junk: string;
}

const seldom = <T>(usual: T, ...others: T[]) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(usual, ...others) },
  );

export const sendings: fc.Arbitrary<Sending> = fc.record({
  encoding: seldom<Sending['encoding']>('utf8', 'utf16le', 'latin1'),
  framing: seldom<Sending['framing']>(
    'length',
    'too-long',
    'until-end',
    'chunked',
    'broken-chunks',
    'no-http',
  ),
  share: seldom(100, 0, 5, 50, 95),
  junk: seldom(
    '',
    'x-twice: a\r\nx-twice: b\r\n',
    'retry-after: 1\r\nretry-after: soon\r\n',
    'content-encoding: gzip\r\n',
    'no colon at all\r\n',
    'x-odd: \u0001\u00ff\r\n',
    `x-long: ${'x'.repeat(20_000)}\r\n`,
    'transfer-encoding: chunked\r\n',
    'set-cookie: a=b\r\n',
    'location: http://127.0.0.1:1/\r\n',
  ),
});

/** The bytes of an answer; what a provider hands out is a canary, and `⟦sent⟧` everything that it was sent. */
export function toRaw(
  { status, headers, text }: ProviderAnswer,
  { encoding, framing, share, junk }: Sending,
  sent: readonly string[],
  canaries: Canaries,
): RawAnswer {
  const quote = (value: string) => JSON.stringify(value).slice(1, -1);
  const filled = text
    .replaceAll('⟦token⟧', () => quote(canaries.make('token of the provider')))
    .replaceAll('⟦sent⟧', () => quote(sent.join(' ')));
  const body = frame(Buffer.from(filled, encoding), framing);
  const length = framing === 'too-long' ? body.length + 10 : body.length;
  const framed =
    framing.endsWith('chunked') || framing === 'broken-chunks' ? 'transfer-encoding: chunked\r\n' : '';
  const sized = framing === 'length' || framing === 'too-long' ? `content-length: ${length}\r\n` : framed;
  const lines = Object.entries(headers).map(
    ([name, value]) => `${name}: ${value.replaceAll(/[\r\n]/g, ' ')}\r\n`,
  );
  const head = `HTTP/1.1 ${status} Whatever\r\n${lines.join('')}${sized}${junk}connection: close\r\n\r\n`;
  const whole = framing === 'no-http' ? `${filled}\r\n\r\n` : head;
  return {
    head: Buffer.from(whole).toString('latin1'),
    body,
    cut: share === 100 ? null : Math.floor(((whole.length + body.length) * share) / 100),
  };
}

function frame(body: Buffer, framing: Sending['framing']): Buffer {
  if (framing === 'broken-chunks') return Buffer.concat([Buffer.from('zz\r\n'), body]);
  if (framing !== 'chunked') return body;
  return Buffer.concat([
    ...(body.length === 0 ? [] : [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]),
    Buffer.from('0\r\n\r\n'),
  ]);
}
