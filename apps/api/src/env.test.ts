import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '@latchkey/core/errors.ts';
import { readApiSettings, readEnvironment } from './env.ts';
import { readRateLimits } from './rate-limits/read-rate-limits.ts';

function linesOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.lines;
    throw error;
  }
  return [];
}

const oidc = {
  OIDC_ISSUER: 'https://login.test',
  OIDC_CLIENT_ID: 'console',
  OIDC_CLIENT_SECRET: 'secret-of-the-console',
  OIDC_ALLOWED_DOMAINS: 'Example.com',
};

describe('the environment of the API', () => {
  test('nothing set is a working default without a sign-in service', () => {
    expect(readApiSettings({})).toEqual({
      host: 'localhost',
      port: 3000,
      trustProxy: false,
      shutdownDelaySeconds: 0,
      sessionIdleMinutes: 120,
      rateLimits: readRateLimits(),
      oidc: null,
    });
  });

  test('production waits for load balancers before it stops listening', () => {
    expect(readApiSettings({ NODE_ENV: 'production' }).shutdownDelaySeconds).toBeGreaterThan(0);
  });

  test('every bad variable is a line that names it, shared ones included', () => {
    const lines = linesOf(() => readEnvironment({ PORT: '70000', DATABASE_URL: 'nowhere' }));
    expect(lines.some((line) => line.startsWith('PORT:'))).toBe(true);
    expect(lines.some((line) => line.startsWith('DATABASE_URL:'))).toBe(true);
  });

  test.each([
    ['2', 2],
    ['10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
  ])('TRUST_PROXY %j is read', (text, expected) => {
    expect(readApiSettings({ TRUST_PROXY: text }).trustProxy).toEqual(expected);
  });

  test('a bad RATE_LIMITS is a line that says what is wrong and what there is', () => {
    const [line, ...more] = linesOf(() => readApiSettings({ RATE_LIMITS: 'leases=10/60' }));
    expect(more).toEqual([]);
    expect(line).toBe(
      'RATE_LIMITS: "leases" is not a class of limits; there are lease, read, write, key_check, authorization_start, callback, sign_in, stream, guess',
    );
  });

  test('TRUST_PROXY never means everybody', () => {
    expect(linesOf(() => readApiSettings({ TRUST_PROXY: 'true' }))).toHaveLength(1);
  });
});

describe('the sign-in service', () => {
  test('is read with its rules', () => {
    const settings = readApiSettings({ ...oidc, OIDC_ROLE_MAPPING: 'team=data=editor, boss=admin' });
    expect(settings.oidc?.allowedDomains).toEqual(['example.com']);
    expect([...(settings.oidc?.roleMapping ?? [])]).toEqual([
      ['team=data', 'editor'],
      ['boss', 'admin'],
    ]);
  });

  test('prints no secret', () => {
    expect(JSON.stringify(readApiSettings(oidc))).not.toContain('secret-of-the-console');
  });

  test.each(['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'])('needs %s', (name) => {
    expect(linesOf(() => readApiSettings({ ...oidc, [name]: '' }))).toEqual([
      `${name}: is required with OIDC_ISSUER`,
    ]);
  });

  test('must say who may sign in', () => {
    expect(linesOf(() => readApiSettings({ ...oidc, OIDC_ALLOWED_DOMAINS: '' }))[0]).toContain(
      'who may sign in',
    );
  });

  test('must be https in production', () => {
    const env = { ...oidc, NODE_ENV: 'production', OIDC_ISSUER: 'http://login.test' };
    expect(linesOf(() => readApiSettings(env))).toEqual(['OIDC_ISSUER: must be https in production']);
  });

  test('refuses a mapping to a role that does not exist', () => {
    expect(linesOf(() => readApiSettings({ ...oidc, OIDC_ROLE_MAPPING: 'boss=root' }))[0]).toContain(
      'boss=root',
    );
  });
});
