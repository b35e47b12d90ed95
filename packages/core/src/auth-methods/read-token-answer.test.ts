import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInProviders } from '../providers/catalogue.ts';
import { oauth2Method } from '../providers/index.ts';
import { answer } from './fake-fetch.ts';
import { readTokenAnswer } from './read-token-answer.ts';
import { TokenRequestError } from './token-request-error.ts';

const methods = builtInProviders.flatMap((provider) => oauth2Method(provider) ?? []);
const secret = 'canary-refresh-token-0123456789';

const word = fc.oneof(
  fc.constantFrom('invalid_grant', 'invalid_client', 'server_error', 'slow_down', 'access_denied', secret),
  fc.string(),
);
const body = fc.oneof(
  fc.record(
    {
      access_token: fc.oneof(fc.string(), fc.constant(null), fc.integer()),
      refresh_token: fc.oneof(fc.string(), fc.constant(null)),
      expires_in: fc.oneof(fc.integer(), fc.string(), fc.constant(null)),
      error: word,
      error_description: word,
      message: word,
    },
    { requiredKeys: [] },
  ),
  fc.string(),
  fc.json(),
);
const cases = fc.record({
  method: fc.constantFrom(...methods),
  status: fc.integer({ min: 200, max: 599 }),
  body,
  headers: fc.constantFrom({}, { 'retry-after': '7' }, { 'retry-after': 'soon' }),
});

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

function read(at: Case) {
  try {
    return readTokenAnswer(at.method, 'refresh', answer(at.status, at.body, { ...at.headers }), [secret]);
  } catch (error) {
    if (!(error instanceof TokenRequestError)) throw error;
    return error;
  }
}

const runs = { numRuns: 2000 };

describe('readTokenAnswer, whatever a provider sends', { timeout: 30_000 }, () => {
  it('is tokens, or a classified refusal, and nothing else', () => {
    fc.assert(
      fc.property(cases, (at) => {
        const result = read(at);
        const isTokens = !(result instanceof TokenRequestError);
        expect(isTokens && result.standard['access_token'] === '').toBe(false);
        expect(isTokens && at.status >= 300).toBe(false);
      }),
      runs,
    );
  });

  it('an answer came, so it was sent; and after a 5xx nobody knows what was done', () => {
    fc.assert(
      fc.property(cases, (at) => {
        const result = read(at);
        if (!(result instanceof TokenRequestError)) return;
        expect(result.sent).not.toBe('not_sent');
        expect(result.providerStatus).toBe(at.status);
        const hidesIts = at.status >= 500 && at.status !== 529;
        expect(hidesIts && result.sent !== 'unknown').toBe(false);
        expect(hidesIts && !result.failure.retryable).toBe(false);
      }),
      runs,
    );
  });

  it('B21: a grant ends only by a word of the provider, never by a status', () => {
    fc.assert(
      fc.property(cases, (at) => {
        const result = read(at);
        if (!(result instanceof TokenRequestError) || result.failure.code !== 'grant_revoked') return;
        expect(at.status).toBeLessThan(500);
        expect(at.body).toMatchObject({ error: expect.any(String) });
      }),
      runs,
    );
  });

  it('"slow down" is never a loss', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(429, 529), (at, status) => {
        expect(read({ ...at, status })).toMatchObject({
          sent: 'answered',
          failure: { code: 'rate_limited', retryable: true },
        });
      }),
    );
  });

  it('D33: no message quotes what we presented', () => {
    fc.assert(
      fc.property(cases, (at) => {
        const result = read(at);
        expect(result instanceof TokenRequestError && result.failure.message.includes(secret)).toBe(false);
      }),
      runs,
    );
  });
});
