import { createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { ConfigurationError } from '@latchkey/core/errors.ts';
import { openRuntime } from '@latchkey/core/runtime.ts';
import { Secret } from '@latchkey/core/secret.ts';
import { readSettings } from '@latchkey/core/settings.ts';
import { decrypt, encrypt } from '@latchkey/core/vault/aes-gcm.ts';
import { lengthPrefixed, placeData, wrappedKeyData } from '@latchkey/core/vault/associated-data.ts';
import { constantTimeEqual, localKeyring, VaultError } from '@latchkey/core/vault';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addKey, connect, finish, goToCallback } from '../../support/flows.ts';
import { productionSources } from '../../support/production-sources.ts';
import { adminToken, startStack, transport, type Stack } from '../../support/stack.ts';
import { inNewWorkspace } from '../../support/workspaces.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

const query = async (text: string, values: unknown[] = []) =>
  (await stack.database.superuser.query(text, values)).rows;

const rowOf = async (id: string) => (await query('select * from credential where id = $1', [id]))[0];

const put = (id: string, sealed: Buffer, salt: Buffer) =>
  query('update credential set sealed = $2, key_salt = $3 where id = $1', [id, sealed, salt]);

/** The bytes of a data key, unwrapped with the root key and nothing else of ours than the format. */
async function dataKey(purpose: 'seal' | 'lookup', workspaceId: string | null): Promise<Buffer> {
  const [row, ...others] = await query(
    'select * from data_key where purpose = $1 and workspace_id is not distinct from $2',
    [purpose, workspaceId],
  );
  expect(others).toEqual([]);
  const place = { dataKeyId: row.id, workspaceId, purpose, rootKeyId: row.root_key_id };
  const keyring = localKeyring(stack.api.settings.rootKeys.reveal());
  return keyring.unwrap(row.root_key_id, wrappedKeyData(place), row.wrapped);
}

async function newKey(apiKey: string): Promise<string> {
  const { credential } = await addKey(stack, 'sandbox', { apiKey });
  return credential.id;
}

/** What comes of a lease; the ciphertext must not open. */
async function expectShut(id: string, ...secrets: string[]): Promise<void> {
  const { status, text, body } = await stack.admin.post('/v1/leases', {
    provider: 'sandbox',
    credentialId: id,
  });
  expect([status, body.code, body.fields ?? body.accessToken]).toEqual([500, 'internal_error', undefined]);
  for (const secret of secrets) expect(text).not.toContain(secret);
}

const secretKey = (name: string) => `sbx_valid_${name}_${randomBytes(6).toString('hex')}`;

describe(`cryptography (${transport})`, () => {
  it('C24: what is stored is AES-256-GCM with a nonce of 96 bits and a tag of 128, as node:crypto alone reads it', async () => {
    const apiKey = secretKey('independent');
    const id = await newKey(apiKey);
    const { sealed, key_salt: salt, workspace_id: workspaceId } = await rowOf(id);
    const keyIdLength = sealed[1];
    const keyId = sealed.toString('latin1', 2, 2 + keyIdLength);
    const body = sealed.subarray(2 + keyIdLength);
    const recordKey = hkdfSync(
      'sha256',
      await dataKey('seal', workspaceId),
      salt,
      'latchkey/record-key/1',
      32,
    );
    const decipher = createDecipheriv('aes-256-gcm', Buffer.from(recordKey), body.subarray(0, 12), {
      authTagLength: 16,
    });
    decipher.setAAD(placeData(sealed[0], keyId, { workspaceId, record: id, field: 'payload', version: 1 }));
    decipher.setAuthTag(body.subarray(-16));
    const clear = Buffer.concat([decipher.update(body.subarray(12, -16)), decipher.final()]);
    expect(JSON.parse(clear.toString())).toEqual({ kind: 'api_key', fields: { apiKey } });
  });

  it('C24: a tag of 4 bytes, or of any other length than 16, is refused although it is right', () => {
    const [key, data, text] = [randomBytes(32), Buffer.from('data'), Buffer.from('text')];
    const encrypted = encrypt(key, data, text);
    expect(encrypted.tag).toHaveLength(16);
    expect(decrypt(key, data, encrypted)).toEqual(text);
    for (const length of [0, 4, 8, 12, 13, 14, 15])
      expect(() => decrypt(key, data, { ...encrypted, tag: encrypted.tag.subarray(0, length) })).toThrow(
        VaultError,
      );
  });

  it('C24: a nonce is 12 random bytes, anew for each encryption', () => {
    const key = randomBytes(32);
    const nonces = Array.from({ length: 2000 }, () => encrypt(key, Buffer.alloc(0), Buffer.alloc(0)).nonce);
    expect(new Set(nonces.map((nonce) => nonce.toString('hex'))).size).toBe(2000);
    const bits = (merge: (one: number, other: number) => number) =>
      nonces
        .reduce((one, other) => Buffer.from(one.map((byte, at) => merge(byte, other[at] ?? 0))))
        .toString('hex');
    expect(bits((one, other) => one | other)).toBe('ff'.repeat(12));
    expect(bits((one, other) => one & other)).toBe('00'.repeat(12));
  });

  it('C25: ciphertexts that were swapped, moved or rolled back do not open', async () => {
    const keys = [secretKey('first'), secretKey('second')] as const;
    const [one, other] = [await newKey(keys[0]), await newKey(keys[1])];
    const [first, second] = [await rowOf(one), await rowOf(other)];
    await put(one, second.sealed, second.key_salt);
    await put(other, first.sealed, first.key_salt);
    await expectShut(one, ...keys);
    await expectShut(other, ...keys);
    await put(one, first.sealed, first.key_salt);
    await put(other, second.sealed, second.key_salt);
    expect((await stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId: one })).status).toBe(
      200,
    );

    const { id } = (await connect(stack, { provider: 'sandbox' })).credential;
    const old = await rowOf(id);
    const refresh = await stack.admin.post(`/v1/credentials/${id}/refresh`);
    await finish(stack.admin, refresh.body.authorization.id);
    const [journal] = await query('select * from token_journal where credential_id = $1', [id]);
    const current = await rowOf(id);
    for (const { sealed, key_salt: salt } of [old, journal]) {
      await put(id, sealed, salt);
      await expectShut(id);
    }
    await put(id, current.sealed, current.key_salt);
  });

  it.each(['format', 'workspaceId', 'record', 'field', 'keyId', 'version'] as const)(
    'C25: the associated data change with the %s',
    (part) => {
      const parts = {
        format: 1,
        keyId: 'dk_1',
        workspaceId: 'ws',
        record: 'r',
        field: 'payload',
        version: 1,
      };
      const { format, keyId, ...place } = parts;
      const changed = { ...parts, [part]: typeof parts[part] === 'number' ? 2 : 'other' };
      const { format: format2, keyId: keyId2, ...place2 } = changed;
      expect(placeData(format2, keyId2, place2)).not.toEqual(placeData(format, keyId, place));
      const moved = { ...place, workspaceId: 'wsr', record: '' };
      expect(placeData(format, keyId, moved)).not.toEqual(placeData(format, keyId, place));
    },
  );

  it('C26: every record has a salt, so a key, of its own, and fewer than 2^32 versions', async () => {
    await connect(stack, { provider: 'sandbox' });
    await stack.admin.put('/v1/providers/sandbox/oauth-client', {
      clientId: 'own',
      clientSecret: 'x',
      enabled: false,
    });
    const body = { name: 'salted', role: 'viewer' };
    await stack.admin.post('/v1/service-tokens', body, { headers: { 'idempotency-key': 'salted' } });
    const tables = await query(
      `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'key_salt'`,
    );
    expect(tables.length).toBeGreaterThanOrEqual(6);
    const salts: string[] = [];
    for (const { name } of tables) {
      const rows = await query(`select encode(key_salt, 'hex') as salt from "${name}"`);
      expect([name, rows.length > 0]).toEqual([name, true]);
      salts.push(...rows.map(({ salt }) => salt));
    }
    expect(salts.filter((salt) => salt.length !== 64)).toEqual([]);
    expect(new Set(salts).size).toBe(salts.length);
    // One encryption per version of a record; a signed integer ends at 2^31.
    const versions = await query(
      `select data_type from information_schema.columns where table_schema = 'public'
        and column_name in ('token_version', 'version') and table_name <> 'process_report'`,
    );
    expect(versions.filter(({ data_type: type }) => type !== 'integer')).toEqual([]);
    expect(versions.length).toBeGreaterThan(1);

    const { vault, defaultWorkspaceId: workspaceId } = stack.api;
    const place = { workspaceId, record: 'r', field: 'payload', version: 1 };
    const sealed = await vault.seal(place, vault.newSalt(), 'text');
    await expect(vault.open(place, vault.newSalt(), sealed)).rejects.toBeInstanceOf(VaultError);
  });

  it('C27: an unknown format, an unknown key and plain text fail closed, by the vault and by a lease', async () => {
    const apiKey = secretKey('closed');
    const id = await newKey(apiKey);
    const { sealed, key_salt: salt, workspace_id: workspaceId } = await rowOf(id);
    const format = Buffer.from(sealed);
    format.writeUInt8(2, 0);
    const keyId = Buffer.from(sealed);
    keyId.write('0000000000', 2 + sealed[1] - 10, 'latin1');
    const plain = Buffer.from(JSON.stringify({ kind: 'api_key', fields: { apiKey } }));
    const place = { workspaceId, record: id, field: 'payload', version: 1 };
    for (const [bytes, code] of [
      [format, 'unknown_format'],
      [keyId, 'unknown_key'],
      [plain, 'unknown_format'],
      [Buffer.alloc(0), 'unknown_format'],
    ] as const) {
      await expect(stack.api.vault.open(place, salt, bytes)).rejects.toMatchObject({
        name: 'VaultError',
        code,
      });
      await put(id, bytes, salt);
      await expectShut(id, apiKey);
    }
  });

  it('C28: a root key that is missing, short, all zeros or another one than before stops the boot', async () => {
    const boot = (rootKeys: string) =>
      openRuntime(
        { ...stack.api.settings, rootKeys: new Secret(rootKeys) },
        { role: 'api', log: stack.api.log },
      );
    const other = randomBytes(32).toString('base64');
    const refusals: [keys: string, line: RegExp][] = [
      ['', /is missing/],
      ['local:', /has no key/],
      [`local:${randomBytes(16).toString('base64')}`, /has 16 bytes instead of 32/],
      [`local:${Buffer.alloc(32).toString('base64')}`, /is not random/],
      [`local:${other}`, /is not the one this database was used with/],
      [`other:${other}`, /is missing, but data keys are wrapped with it/],
    ];
    for (const [keys, line] of refusals) {
      const refusal = await boot(keys).then(
        (runtime) => runtime.close(),
        (error: unknown) => error,
      );
      expect(refusal).toBeInstanceOf(ConfigurationError);
      expect(String(refusal)).toMatch(line);
      expect(String(refusal)).not.toContain(other);
    }
    await (await boot(stack.api.settings.rootKeys.reveal())).close();
    expect(() => readSettings({ NODE_ENV: 'production', DATABASE_URL: stack.database.url })).toThrow(
      'LATCHKEY_ROOT_KEYS: is required in production',
    );
  });

  it('C31: nothing secret is compared but by constantTimeEqual or by a keyed hash in the database', () => {
    expect(compares('if (token === given) return;')).toBe(true);
    expect(compares('return stored.tokenHash !== hash(value)')).toBe(true);
    expect(compares('return given === signature(vault, value) ? value : null;')).toBe(true);
    expect(compares('return hash(Buffer.from(value)) === given;')).toBe(true);
    expect(compares('if (secret.reveal() == given) return;')).toBe(true);
    expect(compares("if (token === undefined || state === 'running')")).toBe(false);
    const sources = productionSources();
    expect(sources.length).toBeGreaterThan(250);
    const hits = sources.flatMap(({ file, text }) =>
      text
        .split('\n')
        .filter(compares)
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(hits).toEqual([]);
    // Of two equal lengths, both of them ours, or public: nobody learns by trying.
    const harmless = [
      'apps/api/src/plugins/idempotency.ts', // the keyed hash of the caller's own earlier request
      'packages/core/src/audit-chain/compare-heads.ts', // hashes that anybody who reads the audit sees
      'packages/core/src/audit-chain/follow-chain.ts', // the same
      'packages/core/src/audit-chain/verify-export.ts', // the same
      'packages/core/src/refresh/store-answer.ts', // keyed fingerprints of two tokens of the provider
      'packages/core/src/spill/replay-record.ts', // the same
      'packages/core/src/vault/key-services/proof.ts', // what a service decrypted: a constant, or something else
      'packages/core/src/vault/root-keys-text.ts', // two root keys of one configuration, at boot
    ];
    const others = sources.filter(({ text }) => /\.equals\(|\.compare\(/.test(text));
    expect(others.map(({ file }) => file)).toEqual(harmless);
    const [one, same, different] = ['abc', 'abc', 'abd'].map((text) => Buffer.from(text));
    expect(constantTimeEqual(one as Buffer, same as Buffer)).toBe(true);
    expect(constantTimeEqual(one as Buffer, different as Buffer)).toBe(false);
    expect(constantTimeEqual(one as Buffer, Buffer.from('ab'))).toBe(false);
    const itself = sources.find(({ file }) => file.endsWith('/vault/constant-time.ts'));
    expect(itself?.text).toContain('&& timingSafeEqual(a, b)');
  });

  it('C32: what is looked up by is HMAC-SHA-256 under the instance’s lookup key, which does nothing else', async () => {
    const lookupKey = await dataKey('lookup', null);
    const hmac = (purpose: string, value: string) =>
      createHmac('sha256', lookupKey)
        .update(lengthPrefixed([purpose, value]))
        .digest('hex');
    const { callback, browser, id } = await goToCallback(stack, { provider: 'sandbox' });
    const cookie = [...browser.cookies()].find(([name]) => name.endsWith('latchkey_browser'))?.[1] ?? '';
    const { token } = (await stack.admin.post('/v1/service-tokens', { name: 'looked up', role: 'viewer' }))
      .body;
    const session = await stack.clientWith(null).post('/auth/session', { adminToken });
    const sessionValue = /^latchkey_session=([^;]+)/.exec(session.headers.get('set-cookie') ?? '')?.[1] ?? '';
    const started = await stack.admin.post('/v1/authorizations', { provider: 'sandbox' });
    const ticket = new URL(started.body.authorizationUrl).pathname.split('/').at(-1) ?? '';
    const { credential } = await connect(stack, { provider: 'sandbox' });
    const row = await rowOf(credential.id);
    const place = { workspaceId: row.workspace_id, record: credential.id, field: 'payload', version: 1 };
    const { refreshToken } = JSON.parse(await stack.api.vault.open(place, row.key_salt, row.sealed));
    const stored: [purpose: string, value: string, sql: string][] = [
      [
        'state',
        callback.searchParams.get('state') ?? '',
        `select state_hash as hash from authorization_state where authorization_id = '${id}'`,
      ],
      [
        'browser',
        cookie.split('.')[0] ?? '',
        `select browser_hash as hash from authorization_state where authorization_id = '${id}'`,
      ],
      ['ticket', ticket, `select ticket_hash as hash from "authorization" where id = '${started.body.id}'`],
      ['service_token', token, `select token_hash as hash from service_token where name = 'looked up'`],
      [
        'session',
        sessionValue,
        'select token_hash as hash from console_session order by created_at desc limit 1',
      ],
      [
        'grant',
        refreshToken,
        `select grant_fingerprint as hash from credential where id = '${credential.id}'`,
      ],
    ];
    for (const [purpose, value, sql] of stored) {
      const [{ hash } = { hash: null }] = await query(sql);
      expect([purpose, hash.toString('hex')]).toEqual([purpose, hmac(purpose, value)]);
      expect(hash.toString('hex')).not.toBe(createHash('sha256').update(value).digest('hex'));
      expect(hash.toString('hex')).not.toBe(hmac('another', value));
    }
    const { workspaceId } = await inNewWorkspace(stack);
    for (const each of [stack.api.defaultWorkspaceId, workspaceId])
      expect((await dataKey('seal', each)).equals(lookupKey)).toBe(false);
  });

  it('C32: a column of hashes or fingerprints that is not listed here has yet to be shown keyed', async () => {
    const columns = await query(
      `select distinct column_name as name from information_schema.columns
       where table_schema = 'public' and column_name ~ 'hash|fingerprint|digest' order by 1`,
    );
    const chain = ['audit_hash', 'hash', 'previous_hash'];
    const keyed = [
      'browser_hash',
      'client_hash',
      'grant_fingerprint',
      'presented_fingerprint',
      'request_hash',
    ];
    expect(columns.map(({ name }) => name)).toEqual(
      [...chain, ...keyed, 'state_hash', 'ticket_hash', 'token_hash'].toSorted(),
    );
  });
});

const secretish =
  /(?:token|secret|signature|hash|digest|hmac|nonce|verifier|confirmation|ticket|cookie|password|apikey|fingerprint|\bstate|proof|sha256)(?:\.reveal|\.toString)?$/i;
const constant = /^(?:null|undefined|true|false|-?\d|['"`]|typeof)/;

/** Whether a line compares something of a secret's name with something that is no constant. */
function compares(line: string): boolean {
  const here = [...line.matchAll(/([\w.?!]+)\s*[=!]==?\s*([\w.?!'"`-]+)/g)].some(
    ([, one = '', other = '']) => {
      if (constant.test(one) || constant.test(other)) return false;
      return secretish.test(one) || secretish.test(other);
    },
  );
  // `hash(value) === given` is seen once the arguments are gone.
  const shorter = line.replaceAll(/\([^()]*\)/g, '');
  return here || (shorter !== line && compares(shorter));
}
