import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failures, Problem } from '../errors.ts';
import { builtInProviders } from '../providers/catalogue.ts';
import { apiKeyMethod, oauth2Method } from '../providers/index.ts';
import { readAccount } from '../providers/read-account.ts';
import { sandbox } from '../providers/sandbox.ts';
import { Secret } from '../secret.ts';
import { providerAnswers, retryAfters, type ProviderAnswer } from '../testing/provider-answers.ts';
import { readKeyAnswer } from './check-key.ts';
import { exchangeCode } from './exchange-code.ts';
import { expiresInPolicy } from './expires-in.ts';
import { answer, client, fakeFetch } from './fake-fetch.ts';
import { fetchAccount } from './fetch-account.ts';
import type { TokenGrant } from './oauth2.ts';
import { cleanProviderText } from './provider-text.ts';
import { readCallback } from './read-callback.ts';
import { readJsonObject } from './read-json.ts';
import { refreshGrant } from './refresh-grant.ts';
import { readRetryAfter } from './retry-after.ts';
import { readRevocationAnswer } from './revoke-grant.ts';
import { TokenRequestError } from './token-request-error.ts';

const providers = [...builtInProviders, sandbox];
const withOAuth = providers.filter((provider) => oauth2Method(provider) !== null);
const methods = withOAuth.flatMap((provider) => oauth2Method(provider) ?? []);
const keyMethods = providers.flatMap((provider) => apiKeyMethod(provider) ?? []);

const sent = 'canary-0123456789-"/+~!%<&-9876543210';
const runs = { numRuns: 500, seed: 2026 };

/** The answer as the guarded fetch hands it over. */
const received = ({ status, headers, text }: ProviderAnswer) =>
  answer(
    status,
    text.replaceAll('⟦sent⟧', JSON.stringify(sent).slice(1, -1)).replaceAll('⟦token⟧', 'new-token'),
    {
      ...headers,
    },
  );

const someText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 400 })
    .map((units) => String.fromCharCode(...units)),
);

/** PostgreSQL keeps it as it is, in a text and inside JSON. */
function expectStorable(text: string) {
  expect(text.isWellFormed()).toBe(true);
  expect(text).not.toMatch(/\p{Cc}/u);
}

function expectFailure(error: unknown) {
  if (!(error instanceof TokenRequestError)) throw error;
  expect(Object.keys(failures)).toContain(error.failure.code);
  expect(error.failure.code).not.toBe('internal_error');
  expectShown(error.failure.message);
}

/** What people read: our sentence, and at most 200 characters of the provider's. */
function expectShown(message: string) {
  expectStorable(message);
  expect(message.length).toBeLessThanOrEqual(500);
  expect(message).not.toContain(sent);
}

function expectGrant(grant: TokenGrant) {
  expect(grant.accessToken.reveal()).not.toBe('');
  expect(grant.refreshToken?.reveal()).not.toBe('');
  for (const scope of grant.scopes ?? []) {
    expectStorable(scope);
    expect(scope).toMatch(/^\S+$/);
  }
  expect(new Set(grant.scopes).size).toBe(grant.scopes?.length);
  const { expiresInSeconds } = grant;
  expect(expiresInSeconds === null || (Number.isSafeInteger(expiresInSeconds) && expiresInSeconds > 0)).toBe(
    true,
  );
  for (const text of [grant.account?.id, grant.account?.name]) if (text) expectStorable(text);
}

describe('whatever a provider answers', { timeout: 60_000 }, () => {
  it('a body is a JSON object or nothing', () => {
    fc.assert(
      fc.property(providerAnswers, ({ text }) => {
        const body = readJsonObject(text);
        expect(body === null || (typeof body === 'object' && !Array.isArray(body))).toBe(true);
      }),
      runs,
    );
  });

  it('a code is exchanged for tokens that can be kept, or for a reason that can be shown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...withOAuth), providerAnswers, async (provider, given) => {
        const exchange = {
          provider,
          client,
          code: sent,
          codeVerifier: 'v'.repeat(43),
          redirectUri: 'https://keys.test/oauth/callback/x',
          nonce: 'n',
        };
        await exchangeCode(fakeFetch(received(given)).fetch, exchange).then(expectGrant, expectFailure);
      }),
      runs,
    );
  });

  it('a refresh brings tokens that can be kept, or a reason that can be shown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...withOAuth), providerAnswers, async (provider, given) => {
        const refresh = { provider, client, refreshToken: new Secret(sent), previousScopes: ['before'] };
        await refreshGrant(fakeFetch(received(given)).fetch, refresh).then(expectGrant, expectFailure);
      }),
      runs,
    );
  });

  it('a key is accepted, rejected or undecided, with a reason that can be shown', () => {
    fc.assert(
      fc.property(fc.constantFrom(...keyMethods), providerAnswers, (method, given) => {
        const fields = Object.fromEntries(method.fields.map(({ name }) => [name, sent]));
        const check = readKeyAnswer(method, fields, received(given));
        if (check.outcome === 'rejected') expectShown(check.detail);
        if (check.outcome === 'undecided') expectShown(check.failure.message);
        if (check.outcome === 'accepted' && check.notice !== null) expectStorable(check.notice);
        expect(check.outcome === 'accepted' && !method.validate.accepted.includes(given.status)).toBe(false);
      }),
      runs,
    );
  });

  it('a grant is revoked, gone, or not, with a reason that can be shown', () => {
    fc.assert(
      fc.property(fc.constantFrom(...methods), providerAnswers, (method, given) => {
        try {
          expect(['revoked', 'already_gone']).toContain(
            readRevocationAnswer(method, received(given), [sent]),
          );
        } catch (error) {
          expectFailure(error);
        }
      }),
      runs,
    );
  });

  it('an account is a short line, or nobody', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...withOAuth), providerAnswers, async (provider, given) => {
        const { fetch } = fakeFetch(received(given));
        const found = await fetchAccount(fetch, { provider, client, accessToken: new Secret('t') });
        const pointers = { id: '/id', name: '/name', avatarUrl: '/avatar' };
        for (const account of [found, readAccount(readJsonObject(received(given).text), pointers)]) {
          if (account === null) continue;
          for (const line of [account.id, account.name]) {
            if (line === null) continue;
            expectStorable(line);
            expect(line.length).toBeLessThanOrEqual(500);
            expect(line.trim()).toBe(line);
          }
          expect(account.avatarUrl ?? 'https://').toMatch(/^(https:\/\/|data:image\/)[\x21-\x7e]*$/);
        }
      }),
      runs,
    );
  });

  it('Retry-After is whole seconds up to a day, or nothing', () => {
    fc.assert(
      fc.property(retryAfters, retryAfters, (value, date) => {
        const seconds = readRetryAfter(answer(429, '', { 'retry-after': value, date }).headers);
        expect(seconds === null || (Number.isInteger(seconds) && seconds >= 0 && seconds <= 86_400)).toBe(
          true,
        );
      }),
      runs,
    );
  });

  it('expires_in is whole seconds up to ten years, or what the provider is known for', () => {
    const value = fc.oneof(fc.double(), fc.integer(), fc.string(), fc.jsonValue(), fc.bigInt());
    fc.assert(
      fc.property(value, (given) => {
        const seconds = expiresInPolicy(given, 77);
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(1);
        expect(seconds).toBeLessThanOrEqual(315_360_000);
      }),
      runs,
    );
  });

  it('its text becomes one short line of valid Unicode without what hides, and without what was sent', () => {
    const secrets = fc.string({ minLength: 4, maxLength: 40, unit: 'grapheme-ascii' });
    fc.assert(
      fc.property(someText, someText, secrets, (before, after, secret) => {
        const clean = cleanProviderText(`${before}${secret}${after}`, [secret]);
        expect(clean.length).toBeLessThanOrEqual(200);
        expect(clean.isWellFormed()).toBe(true);
        expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(clean).not.toMatch(/[A-Za-z0-9_.~+/=-]{40}/);
        expect(clean.replaceAll('[secret]', '').replaceAll('[removed]', '')).not.toContain(secret);
      }),
      runs,
    );
  });
});

describe('whatever comes back in a callback', () => {
  const state = 'the-state-of-this-browser';
  const name = fc.oneof(
    fc.constantFrom(
      'code',
      'state',
      'iss',
      'error',
      'error_description',
      'error_uri',
      'scope',
      'admin_consent',
    ),
    fc.string({ maxLength: 10 }),
  );
  const value = fc.oneof(fc.constantFrom(state, 'access_denied', 'https://evil.test', ''), someText);
  const queries = fc.array(fc.tuple(name, value), { maxLength: 8 });

  it('is a code, a denial that can be shown, or refused without repeating it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...withOAuth), queries, (provider, pairs) => {
        const query = new URLSearchParams(pairs.map(([key, text]): [string, string] => [key, text]));
        try {
          const result = readCallback(provider, query, state);
          expect(query.getAll('state')).toEqual([state]);
          if (result.kind === 'code') expect(result.code).toBe(query.get('code'));
          else expectShown(result.failure.message);
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          expect(error.code).toBe('invalid_callback');
          for (const [, text] of pairs) if (text.length > 12) expect(error.message).not.toContain(text);
        }
      }),
      runs,
    );
  });
});
