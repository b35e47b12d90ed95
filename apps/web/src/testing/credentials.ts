import type { Credential } from '@latchkey/api/answers.ts';
import type { CredentialState, Tone } from '../ui/credential-state.ts';

/** When it is, for all of them. */
export const now = Date.parse('2026-06-01T12:00:00.000Z');
/** @param seconds from now */
export const at = (seconds: number) => new Date(now + seconds * 1000).toISOString();
const day = 86_400;

/** A key that was checked an hour ago. */
export const key: Credential = {
  id: 'cred_1',
  provider: 'acme',
  name: 'Key',
  authMethod: 'api_key',
  status: 'active',
  health: 'ok',
  isDefault: true,
  owner: null,
  visibility: 'workspace',
  access: 'use',
  account: { id: null, name: null, avatarUrl: null },
  notice: null,
  noticeCode: null,
  scopes: [],
  expiresAt: null,
  lastError: null,
  lastUsedAt: null,
  lastRefreshedAt: null,
  nextRefreshAt: null,
  reconnectBy: null,
  tokenVersion: 1,
  createdAt: at(-90 * day),
  updatedAt: at(-3600),
};

/** An account whose token is good for another hour. */
export const account: Credential = {
  ...key,
  authMethod: 'oauth2',
  expiresAt: at(3600),
  lastRefreshedAt: at(-600),
  nextRefreshAt: at(1800),
};

const error = (code: string, actor: 'user' | 'admin' | 'nobody' = 'nobody') => ({
  code,
  message: 'why',
  retryable: actor === 'nobody',
  actor,
  at: at(-60),
});

/** Every state of a credential (architecture, section State), with the word and the tone of its badge. */
export const credentials: readonly [string, Credential, CredentialState['word'], Tone][] = [
  ['a key that is being checked for the first time', { ...key, status: 'pending' }, 'pending', 'busy'],
  ['an account before its first token', { ...account, status: 'pending' }, 'pending_oauth', 'busy'],
  [
    'a key whose provider does not answer',
    { ...key, status: 'pending', lastError: error('provider_unavailable') },
    'waiting',
    'warning',
  ],
  [
    'a key that was never proven for want of credit',
    { ...key, status: 'pending', lastError: error('key_out_of_credit', 'user') },
    'out_of_credit',
    'bad',
  ],
  ['a key that works', key, 'active', 'good'],
  [
    'a key that ran out of credit',
    { ...key, lastError: error('key_out_of_credit', 'user') },
    'out_of_credit',
    'bad',
  ],
  [
    'a key whose last check brought no answer',
    { ...key, lastError: error('rate_limited') },
    'troubled',
    'warning',
  ],
  [
    'a key that nobody checked or used for a month',
    { ...key, updatedAt: at(-31 * day) },
    'unproven',
    'warning',
  ],
  [
    'an old key that a run used lately',
    { ...key, updatedAt: at(-31 * day), lastUsedAt: at(-day) },
    'active',
    'good',
  ],
  [
    'a rejected key',
    { ...key, status: 'invalid', lastError: error('key_rejected', 'user') },
    'invalid',
    'bad',
  ],
  ['an account that works', account, 'active', 'good'],
  ['an account without an expiry', { ...account, expiresAt: null, nextRefreshAt: null }, 'active', 'good'],
  [
    'an account whose access token has just ended and is being renewed',
    { ...account, expiresAt: at(-60), nextRefreshAt: at(-120) },
    'active',
    'good',
  ],
  [
    'an account whose refresh is overdue',
    { ...account, expiresAt: at(-60), nextRefreshAt: at(-1800) },
    'unproven',
    'warning',
  ],
  [
    'an account without an expiry that nobody used for a month',
    {
      ...account,
      expiresAt: null,
      nextRefreshAt: null,
      lastRefreshedAt: at(-60 * day),
      updatedAt: at(-60 * day),
    },
    'unproven',
    'warning',
  ],
  [
    'an account whose last attempt left the token good',
    { ...account, lastError: error('refresh_interrupted') },
    'troubled',
    'warning',
  ],
  [
    'an account whose refresh fails while its token is good',
    { ...account, health: 'refresh_failing', lastError: error('provider_unavailable') },
    'refresh_failing',
    'warning',
  ],
  [
    'an account whose refresh fails and whose token has ended',
    { ...account, health: 'refresh_failing', expiresAt: at(-1), lastError: error('provider_unavailable') },
    'expired',
    'bad',
  ],
  [
    'an account that was taken back at the provider',
    { ...account, status: 'reauthorization_required', lastError: error('grant_revoked', 'user') },
    'reauthorization_required',
    'bad',
  ],
  ['a credential that is being removed', { ...account, status: 'revoking' }, 'revoking', 'busy'],
];
