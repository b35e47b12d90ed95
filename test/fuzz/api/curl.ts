import type { WireRequest } from '../wire.ts';
import type { World } from './world.ts';

const quote = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Control characters, and whatever does not survive a terminal, in the notation of a shell. */
function quoteAny(text: string): string {
  if (text.isWellFormed() && /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u.test(text)) return quote(text);
  const bytes = [...Buffer.from(text)].map((byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, '0')}`,
  );
  return `$'${bytes.join('')}'`;
}

const short = (text: string) =>
  text.replaceAll(/(.)\1{199,}/gs, (run, each: string) => `${each}{${run.length} times}`);

/** A request as somebody can send it again: whose token it carries stands there by name, no secret does. */
export function toCurl(
  { method, target, headers, body }: WireRequest,
  { caller }: { caller: string },
  { canaries, port }: Pick<World, 'canaries' | 'port'>,
): string {
  const hide = (text: string) => (canaries.find('', text).length > 0 ? '(a secret)' : text);
  const shown = headers.map(([name, value]) =>
    name === 'authorization' || (name === 'cookie' && canaries.find('', value).length > 0)
      ? `-H "${name}: (of ${caller})"`
      : `-H ${quoteAny(short(`${name}: ${hide(value)}`))}`,
  );
  const url = target.startsWith('http:') ? target : `http://127.0.0.1:${port}${target}`;
  const data = body === null ? [] : [`--data-binary ${quoteAny(short(hideIn(body.toString(), canaries)))}`];
  return ['curl --path-as-is -g -X', method, ...shown, ...data, quoteAny(short(hide(url)))].join(' ');
}

/** Of a body only what is secret is hidden. */
function hideIn(text: string, canaries: World['canaries']): string {
  if (canaries.find('', text).length === 0) return text;
  return text.replaceAll(/"(?:[^"\\]|\\.)*"/g, (string) =>
    canaries.find('', string).length > 0 ? '"(a secret)"' : string,
  );
}
