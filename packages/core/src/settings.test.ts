import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError } from './errors.ts';
import { readSettings } from './settings.ts';

const databaseUrl = 'postgres://localhost/latchkey';
const rootKeys = `one:${Buffer.alloc(32, 7).toString('base64')}`;
const production = {
  NODE_ENV: 'production',
  DATABASE_URL: databaseUrl,
  LATCHKEY_ROOT_KEYS: rootKeys,
  LATCHKEY_ADMIN_TOKEN: 'an-admin-token-of-some-length',
};

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'latchkey-settings-'));
});

afterEach(() => rmSync(dataDir, { recursive: true }));

function linesOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readSettings({ DATA_DIR: dataDir, ...env });
  } catch (error) {
    if (error instanceof ConfigurationError) return error.lines;
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('says everything that is wrong, a line each', () => {
    const lines = linesOf({
      DATABASE_URL: 'mysql://x',
      REDIS_URL: 'nonsense',
      PUBLIC_URL: 'latchkey.example',
      LOG_LEVEL: 'loud',
    });
    expect(lines.map((line) => line.split(':')[0])).toEqual([
      'DATABASE_URL',
      'REDIS_URL.0',
      'PUBLIC_URL',
      'LOG_LEVEL',
    ]);
  });

  it('a missing database is named, an empty variable counts as missing', () => {
    expect(linesOf({ DATABASE_URL: ' ' })).toEqual(['DATABASE_URL: is required']);
  });

  it('the audit is kept for ever unless told otherwise, and never for less than 30 days', () => {
    const days = (AUDIT_RETENTION_DAYS?: string) =>
      readSettings({ DATA_DIR: dataDir, DATABASE_URL: databaseUrl, AUDIT_RETENTION_DAYS }).auditRetentionDays;
    expect([days(), days(''), days('30'), days('400')]).toEqual([null, null, 30, 400]);
    for (const wrong of ['29', '0', '-1', '30.5', 'ever'])
      expect(linesOf({ DATABASE_URL: databaseUrl, AUDIT_RETENTION_DAYS: wrong }), wrong).toHaveLength(1);
  });

  it.each([
    ['https://example.org', 'https://example.org'],
    ['https://example.org/', 'https://example.org'],
    ['https://Example.org:443//', 'https://example.org'],
    ['http://localhost:3000/latchkey', 'http://localhost:3000/latchkey'],
    ['https://example.org/tools/latchkey-2.x_y/', 'https://example.org/tools/latchkey-2.x_y'],
    ['https://example.org/tools/../latchkey', 'https://example.org/latchkey'],
  ])('the public URL %s is read as %s, to which paths are added', (text, read) => {
    const env = { DATA_DIR: dataDir, DATABASE_URL: databaseUrl, PUBLIC_URL: text };
    expect(readSettings(env).publicUrl).toBe(read);
  });

  it.each([
    ['https://example.org/latchkey?x=1', 'must have no query and no fragment'],
    ['https://example.org/latchkey?', 'must have no query and no fragment'],
    ['https://example.org/#latchkey', 'must have no query and no fragment'],
    ['https://example.org/a//b', 'may have a path of'],
    ['https://example.org/a%2Fb', 'may have a path of'],
    ['https://example.org/a;b', 'may have a path of'],
    ['https://example.org/über', 'may have a path of'],
    ['ftp://example.org', 'must be a URL such as'],
    ['example.org/latchkey', 'must be a URL such as'],
    ['https://', 'must be a URL such as'],
  ])('the public URL %s stops the boot: %s', (text, why) => {
    const lines = linesOf({ DATABASE_URL: databaseUrl, PUBLIC_URL: text });
    expect(lines).toEqual([expect.stringContaining(`PUBLIC_URL: ${why}`)]);
  });

  it('production generates no secrets and refuses development switches', () => {
    expect(linesOf({ NODE_ENV: 'production', DATABASE_URL: databaseUrl })).toEqual([
      'LATCHKEY_ROOT_KEYS: is required in production (id:base64 of 32 bytes)',
      'LATCHKEY_ADMIN_TOKEN: is required in production',
    ]);
    expect(
      linesOf({ ...production, PROVIDER_ENDPOINT_OVERRIDES: '{"https://a.test":"http://127.0.0.1:1"}' }),
    ).toHaveLength(1);
    expect(linesOf({ ...production, OUTBOUND_ALLOW_INSECURE: 'http://10.0.0.1' })).toHaveLength(1);
    expect(
      linesOf({
        ...production,
        OUTBOUND_ALLOW_INSECURE: 'http://10.0.0.1',
        OUTBOUND_ALLOW_INSECURE_IN_PRODUCTION: 'yes',
      }),
    ).toEqual([]);
    expect(linesOf({ ...production, NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toEqual([
      expect.stringMatching(/^NODE_TLS_REJECT_UNAUTHORIZED: is refused in production/),
    ]);
  });

  it('a proxy is an origin with or without credentials, which are a secret', () => {
    const proxyOf = (text: string) =>
      readSettings({ DATA_DIR: dataDir, DATABASE_URL: databaseUrl, OUTBOUND_PROXY: text }).outboundProxy;
    const proxy = proxyOf('http://user:pass%40word@proxy.test:3128');
    expect(proxy?.origin).toBe('http://proxy.test:3128');
    expect(proxy?.credentials?.reveal()).toBe('user:pass@word');
    expect(JSON.stringify(proxy)).not.toContain('pass');
    expect(proxyOf('https://proxy.test')).toEqual({ origin: 'https://proxy.test', credentials: null });
    for (const bad of [
      'socks5://proxy.test',
      'http://proxy.test/path',
      'http://a:%zz@proxy.test',
      'proxy:3128',
    ])
      expect(linesOf({ ...production, OUTBOUND_PROXY: bad }), bad).toHaveLength(1);
  });

  it('generated secrets are kept for the next start and readable by their owner alone', () => {
    const first = readSettings({ DATA_DIR: dataDir, DATABASE_URL: databaseUrl });
    const second = readSettings({ DATA_DIR: dataDir, DATABASE_URL: databaseUrl });
    expect(second.rootKeys.reveal()).toBe(first.rootKeys.reveal());
    expect(second.adminToken.reveal()).toBe(first.adminToken.reveal());
    for (const name of ['root-keys', 'admin-token'])
      expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600);
  });

  it('an emptied key file stops the boot instead of making a new key that opens nothing', () => {
    writeFileSync(join(dataDir, 'root-keys'), '');
    expect(linesOf({ DATABASE_URL: databaseUrl })[0]).toContain('is empty');
  });

  it('root keys may be in a file instead of the environment, and not in both', () => {
    const path = join(dataDir, 'keys');
    writeFileSync(path, `# since May\n${rootKeys}\n`, { mode: 0o600 });
    const read = readSettings({
      DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
      LATCHKEY_ROOT_KEYS_FILE: path,
    });
    expect(read.rootKeys.reveal()).toBe(rootKeys);
    expect(read.rootKeysFile).toEqual({ path, variable: 'LATCHKEY_ROOT_KEYS_FILE' });
    const { LATCHKEY_ROOT_KEYS: _, ...withoutKeys } = production;
    expect(linesOf({ ...withoutKeys, LATCHKEY_ROOT_KEYS_FILE: path })).toEqual([]);
    expect(linesOf({ ...production, LATCHKEY_ROOT_KEYS_FILE: path })).toEqual([
      expect.stringMatching(/^LATCHKEY_ROOT_KEYS_FILE: is set, and so is LATCHKEY_ROOT_KEYS/),
    ]);
  });

  it.skipIf(process.platform === 'win32')(
    'a generated root key that others may read stops the boot as well',
    () => {
      readSettings({ DATA_DIR: dataDir, DATABASE_URL: databaseUrl });
      chmodSync(join(dataDir, 'root-keys'), 0o644);
      expect(linesOf({ DATABASE_URL: databaseUrl })).toEqual([
        expect.stringMatching(/^DATA_DIR: .*root-keys holds a key, .* \(mode 644\)\. Run: chmod 600/),
      ]);
    },
  );

  it('variables of key services are read by name, empty ones count as unset, and none is printed', () => {
    const settings = readSettings({
      DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
      VAULT_ADDR: ' ',
      VAULT_TOKEN: 'hvs.canary',
    });
    expect(settings.keyServiceVariable('VAULT_TOKEN')).toBe('hvs.canary');
    expect(settings.keyServiceVariable('VAULT_ADDR')).toBeNull();
    expect(inspect(settings, { depth: 9, showHidden: true })).not.toContain('hvs.canary');
  });

  it('the cache of data keys is bounded in time and number', () => {
    const { dataKeyCache } = readSettings({ DATA_DIR: dataDir, DATABASE_URL: databaseUrl });
    expect(dataKeyCache).toEqual({ lifetimeSeconds: 300, maxEntries: 10_000 });
    const wrong = { DATA_KEY_CACHE_SECONDS: '0', DATA_KEY_CACHE_SIZE: 'many' };
    expect(linesOf({ DATABASE_URL: databaseUrl, ...wrong }).map((line) => line.split(':')[0])).toEqual(
      Object.keys(wrong),
    );
  });

  it('default OAuth clients come from OAUTH_<PROVIDER>_CLIENT_ID and _SECRET', () => {
    const { defaultClients } = readSettings({
      DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
      OAUTH_GOOGLE_DRIVE_CLIENT_ID: 'id',
      OAUTH_GOOGLE_DRIVE_CLIENT_SECRET: 'very secret',
    });
    expect(defaultClients.get('google_drive')?.clientId).toBe('id');
    expect(JSON.stringify([...defaultClients])).not.toContain('very secret');
  });
});
