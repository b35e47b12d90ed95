import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAnotherApi, type AnotherApi } from '../../support/another-api.ts';
import type { Answer } from '../../support/client.ts';
import { eventually } from '../../support/eventually.ts';
import { addKey } from '../../support/flows.ts';
import { sampleOf } from '../../support/samples.ts';
import { secondsSince } from '../../support/seconds-since.ts';
import { adminToken, startStack, transport, type Stack } from '../../support/stack.ts';

let stack: Stack;
let api: AnotherApi;

beforeAll(async () => {
  stack = await startStack();
  await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_guesses' });
});

afterAll(() => stack.close());

/** An API that knows no token yet, and that nobody has guessed at. */
async function withApi(env: NodeJS.ProcessEnv, use: () => Promise<void>): Promise<void> {
  api = await openAnotherApi(stack, env);
  try {
    await use();
  } finally {
    await api.close();
  }
}

const wrongToken = () => `lk_${randomBytes(32).toString('base64url')}`;

async function newToken(): Promise<string> {
  return (await stack.admin.post('/v1/service-tokens', { name: 'guessed at', role: 'runner' })).body.token;
}

const lease = (token: string, headers: Record<string, string> = {}) =>
  api.clientWith(token).post('/v1/leases', { provider: 'sandbox' }, { headers });

const flood = (count: number, headers: () => Record<string, string> = () => ({})) =>
  Promise.all(Array.from({ length: count }, () => lease(wrongToken(), headers())));

const withStatus = (answers: readonly Answer[], status: number) =>
  answers.filter((answer) => answer.status === status).length;

describe(`wrong tokens (${transport})`, () => {
  it('are looked up 20 times from one address, then 5 times a second, and refused without a look-up beyond', async () => {
    await withApi({}, async () => {
      const begun = performance.now();
      const answers = await flood(200);
      const lookedUp = withStatus(answers, 401);
      expect(lookedUp + withStatus(answers, 429)).toBe(200);
      expect(lookedUp).toBeGreaterThanOrEqual(20);
      // One more may be under way in each of the two slots.
      expect(lookedUp).toBeLessThanOrEqual(22 + Math.ceil(5 * secondsSince(begun)));
      const refused = answers.find(({ status }) => status === 429);
      expect(refused?.body).toMatchObject({ code: 'too_many_requests', status: 429 });
      expect(refused?.body.requestId).toBe(refused?.headers.get('request-id'));
      expect(refused?.headers.get('retry-after')).toBe('1');
      expect(refused?.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      expect(refused?.headers.get('cache-control')).toBe('no-store');
      const { text } = await api.admin.get('/metrics');
      const counted = sampleOf(text, 'latchkey_rate_limited_total', { class: 'guess', by: 'address' });
      expect(counted).toBe(withStatus(answers, 429));
    });
  });

  it('do not keep a known token of the same address from its leases', async () => {
    await withApi({}, async () => {
      const token = await newToken();
      expect((await lease(token)).status).toBe(200);
      for (let round = 0; round < 10; round += 1) {
        const [answers, leased] = await Promise.all([flood(50), lease(token)]);
        expect(leased.status, leased.text).toBe(200);
        if (round > 0) expect(withStatus(answers, 429)).toBeGreaterThan(0);
      }
      // Also when all tokens have to be looked up again, as after a revocation.
      const revoked = await stack.admin.post('/v1/service-tokens', { name: 'revoked', role: 'viewer' });
      expect((await api.admin.delete(`/v1/service-tokens/${revoked.body.id}`)).status).toBe(204);
      const [answers, leased] = await Promise.all([flood(50), lease(token)]);
      expect(leased.status).toBe(200);
      expect(withStatus(answers, 429)).toBeGreaterThan(0);
    });
  });

  it('keep a new token of the same address out for seconds at most', async () => {
    await withApi({}, async () => {
      const token = await newToken();
      // In the middle of the flood: after it the address would soon be trusted with a guess again.
      const flooding = flood(100);
      const first = await lease(token);
      await flooding;
      expect(first.status).toBe(429);
      await eventually(
        async () => {
          const [, leased] = await Promise.all([flood(30), lease(token)]);
          return leased.status === 200;
        },
        { describe: 'the new token is let in while the flood goes on', timeoutMs: 8_000, intervalMs: 100 },
      );
    });
  });

  it('do not use up what callers behind the same address may do', async () => {
    await withApi({ RATE_LIMITS: 'lease.address=40/600,guess.address=30/1' }, async () => {
      const token = await newToken();
      expect((await lease(token)).status).toBe(200);
      const wrong = await flood(100);
      expect(withStatus(wrong, 401)).toBeGreaterThanOrEqual(30);
      const leased: Answer[] = [];
      for (let n = 0; n < 39; n += 1) leased.push(await lease(token));
      expect(withStatus(leased, 200)).toBe(39);
      expect((await lease(token)).status).toBe(429);
    });
  });

  it('do not keep the admin token out', async () => {
    await withApi({}, async () => {
      await flood(100);
      expect((await api.admin.get('/v1/credentials')).status).toBe(200);
    });
  });

  it('of one address leave other addresses alone; those of one /64 share a budget', async () => {
    await withApi({ TRUST_PROXY: '1' }, async () => {
      let n = 0;
      const inside = () => ({ 'x-forwarded-for': `2001:db8:7:7::${(n += 1).toString(16)}` });
      expect(withStatus(await flood(100, inside), 429)).toBeGreaterThan(50);
      expect(withStatus(await flood(5, () => ({ 'x-forwarded-for': '2001:db8:7:8::1' })), 401)).toBe(5);
    });
  });

  it('from many addresses have one budget for all of them, and known tokens go on', async () => {
    await withApi({ TRUST_PROXY: '1' }, async () => {
      const token = await newToken();
      expect((await lease(token, { 'x-forwarded-for': '192.0.2.9' })).status).toBe(200);
      let n = 0;
      const anywhere = () => ({ 'x-forwarded-for': `10.0.${(n += 1) >> 8}.${n & 255}` });
      const begun = performance.now();
      const answers: Answer[] = [];
      for (let round = 0; round < 10; round += 1) {
        const [some, leased] = await Promise.all([
          flood(60, anywhere),
          lease(token, { 'x-forwarded-for': '192.0.2.9' }),
        ]);
        expect(leased.status).toBe(200);
        answers.push(...some);
      }
      expect(withStatus(answers, 401)).toBeLessThanOrEqual(102 + Math.ceil(25 * secondsSince(begun)));
      expect(withStatus(answers, 401) + withStatus(answers, 429)).toBe(600);
    });
  });

  it('that are repeated are told that they are wrong, without being looked up again', async () => {
    await withApi({}, async () => {
      const token = wrongToken();
      const answers: Answer[] = [];
      for (let n = 0; n < 60; n += 1) answers.push(await lease(token));
      expect(withStatus(answers, 401)).toBe(60);
      expect(withStatus(await flood(15), 401)).toBe(15);
    });
  });

  it('that do not even look like one are charged as well', async () => {
    await withApi({}, async () => {
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, n) => api.clientWith(`sk-${n}`).get('/v1/credentials')),
      );
      expect(withStatus(answers, 429)).toBeGreaterThan(20);
    });
  });
});

describe(`wrong sessions and sign-ins (${transport})`, () => {
  const session = (value: string, path = '/v1/credentials') =>
    api.clientWith(null).get(path, { headers: { cookie: `latchkey_session=${value}` } });

  it('cookies are charged to the same budget, on public pages too; a known session goes on', async () => {
    await withApi({}, async () => {
      const signedIn = await api.clientWith(null).post('/auth/session', { adminToken });
      const cookie = /latchkey_session=([^;]+)/.exec(signedIn.headers.get('set-cookie') ?? '')?.[1] ?? '';
      expect((await session(cookie)).status).toBe(200);
      const wrong = await Promise.all([
        ...Array.from({ length: 30 }, () => session(wrongToken())),
        ...Array.from({ length: 30 }, () => session(wrongToken(), '/auth/session')),
      ]);
      expect(withStatus(wrong, 401) + withStatus(wrong, 429)).toBe(60);
      expect(withStatus(wrong, 429)).toBeGreaterThan(20);
      expect(withStatus(await flood(10), 429)).toBeGreaterThan(0);
      expect((await session(cookie)).status).toBe(200);
    });
  });

  it('a session that has ended is over at once', async () => {
    await withApi({}, async () => {
      const signedIn = await api.clientWith(null).post('/auth/session', { adminToken });
      const cookie = /latchkey_session=([^;]+)/.exec(signedIn.headers.get('set-cookie') ?? '')?.[1] ?? '';
      expect((await session(cookie)).status).toBe(200);
      const headers = { cookie: `latchkey_session=${cookie}`, 'sec-fetch-site': 'same-origin' };
      expect((await api.clientWith(null).delete('/auth/session', { headers })).status).toBe(204);
      expect((await session(cookie)).status).toBe(401);
    });
  });

  it('wrong admin tokens are charged at sign-in, and the right one signs in beside them', async () => {
    await withApi({ RATE_LIMITS: 'sign_in=off' }, async () => {
      const signIn = (token: string) => api.clientWith(null).post('/auth/session', { adminToken: token });
      const wrong = await Promise.all(Array.from({ length: 60 }, () => signIn(wrongToken())));
      expect(withStatus(wrong, 401)).toBeGreaterThanOrEqual(20);
      expect(withStatus(wrong, 429)).toBeGreaterThan(20);
      expect(withStatus(await flood(10), 429)).toBeGreaterThan(0);
      expect((await signIn(adminToken)).status).toBe(201);
    });
  });
});
