import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { declaredOperations } from '../../support/api-routes.ts';
import { adminToken, startStack, transport, type Stack } from '../../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

const large = 'x'.repeat(300 * 1024);
const unknownToken = `lk_${'a'.repeat(43)}`;

/** How often a token or a session was looked for. */
async function lookUpsDuring(work: () => Promise<void>): Promise<number> {
  const spy = vi.spyOn(stack.api.vault, 'lookupHash');
  await work();
  const asked = spy.mock.calls.filter(([purpose]) => ['service_token', 'session'].includes(purpose));
  spy.mockRestore();
  return asked.length;
}

interface Sent {
  readonly status: number;
  readonly code: string;
  /** Whether the whole body was taken off the connection before the answer came. */
  readonly written: boolean;
}

/** Announces its length, or sends piece by piece without saying how much will come. */
function send(headers: Record<string, string>, body: string, chunks: number): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${stack.url}/v1/credentials`, { method: 'POST', agent: false, headers });
    let written = false;
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => (text += chunk));
      incoming.on('end', () => {
        outgoing.destroy();
        resolve({ status: incoming.statusCode ?? 0, code: JSON.parse(text).code, written });
      });
    });
    for (let sent = 0; sent < chunks; sent += 1) outgoing.write(body);
    if (chunks === 0) outgoing.end(body, () => (written = true));
  });
}

const json = (token: string) => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' });

describe(`limits before authentication (${transport})`, () => {
  it('a body that announces itself as too large is refused before anybody is looked up', async () => {
    const tooLarge = { 'content-type': 'application/json', 'content-length': String(large.length) };
    const refusing = async () => {
      for (const headers of [{}, json(unknownToken), json(adminToken), { cookie: 'latchkey_session=x' }]) {
        const answer = await send({ ...tooLarge, ...headers }, large, 0);
        expect([answer.status, answer.code]).toEqual([413, 'payload_too_large']);
      }
    };
    expect(await lookUpsDuring(refusing)).toBe(0);
    const small = async () => {
      const answer = await send({ ...json(unknownToken), 'content-length': '2' }, '{}', 0);
      expect([answer.status, answer.code]).toEqual([401, 'unauthenticated']);
    };
    expect(await lookUpsDuring(small)).toBe(1);
  });

  it('a body that does not say how large it is is not read for a token that nobody knows, and counted for others', async () => {
    const unknown = await send(json(unknownToken), 'x', 1);
    expect([unknown.status, unknown.written]).toEqual([401, false]);
    const known = await send(json(adminToken), large, 1);
    expect([known.status, known.code]).toEqual([413, 'payload_too_large']);
  });

  it('headers that are too large, and tokens that cannot be any, are looked up by nobody', async () => {
    const statusWith = async (length: number) =>
      (await fetch(`${stack.url}/v1/credentials`, { headers: json(`lk_${'a'.repeat(length)}`) })).status;
    const refusing = async () => {
      expect([await statusWith(20_000), await statusWith(600)]).toEqual([431, 401]);
    };
    expect(await lookUpsDuring(refusing)).toBe(0);
  });
});

describe(`other origins (${transport})`, () => {
  it('no answer of any call has a header that lets another origin read it, but that of an outcome to whom its session names', async () => {
    const headers = {
      origin: 'https://evil.test',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    };
    const operations = declaredOperations();
    expect(operations.length).toBeGreaterThan(40);
    for (const { method, path } of operations) {
      const url = path.replaceAll(/\{\w+\}/g, 'x');
      if (path === '/v1/events/stream') continue;
      for (const sent of [method, 'OPTIONS']) {
        for (const token of [null, adminToken]) {
          const answer = await stack.clientWith(token).call(sent, url, { headers });
          const allowed = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'));
          // Asked before anybody can know the session: it allows to ask, with the session's token and no cookie, not to read.
          const asksFirst = sent === 'OPTIONS' && path === '/v1/connect-session/outcome';
          if (asksFirst) expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
          else expect(allowed, `${sent} ${url}`).toEqual([]);
        }
      }
    }
    const stop = new AbortController();
    const stream = await fetch(`${stack.url}/v1/events/stream`, {
      headers: { authorization: `Bearer ${adminToken}`, origin: 'https://evil.test' },
      signal: stop.signal,
    });
    expect([...stream.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    stop.abort();
  });
});
