import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../errors.ts';
import { openRing } from '../../testing/key-homes.ts';
import { startVaultTransitServer, type VaultTransitServer } from '../../testing/vault-transit-server.ts';

const place = Buffer.from('place');
const clear = randomBytes(32);
const refused = (code: string) => expect.objectContaining({ name: 'VaultError', code });

let server: VaultTransitServer;
let folder: string;

beforeAll(async () => {
  server = await startVaultTransitServer();
  server.createKey('latchkey');
  folder = mkdtempSync(join(tmpdir(), 'latchkey-transit-'));
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const ringWith = (env: Record<string, string>, key = 'latchkey') =>
  openRing({ env: { ...server.env, ...env } }, `main:vault-transit:${key}`);

async function linesOf(env: Record<string, string>): Promise<readonly string[]> {
  const error: unknown = await ringWith(env).catch((reason: unknown) => reason);
  return error instanceof ConfigurationError ? error.lines : [];
}

describe('a key in the Transit engine', () => {
  it('unwraps with the version that wrapped, after a rotation too', async () => {
    server.createKey('rotated');
    const keys = await ringWith({}, 'rotated');
    const proof = await keys.prove('main');
    const wrapped = await keys.wrap('main', place, clear);
    server.rotateKey('rotated');
    expect((await keys.wrap('main', place, clear)).toString()).toMatch(/^vault:v2:/);
    expect(await keys.unwrap('main', place, wrapped)).toEqual(clear);
    expect(await keys.verify('main', proof)).toBe(true);
  });

  it('that may not decrypt an old version any more is away: the ciphertext is sound', async () => {
    server.createKey('restricted');
    const keys = await ringWith({}, 'restricted');
    const wrapped = await keys.wrap('main', place, clear);
    server.rotateKey('restricted');
    server.requireVersion('restricted', 2);
    await expect(keys.unwrap('main', place, wrapped)).rejects.toEqual(refused('key_service_unavailable'));
    server.requireVersion('restricted', 1);
    expect(await keys.unwrap('main', place, wrapped)).toEqual(clear);
  });

  it('takes no other spelling of a ciphertext than the one that was made', async () => {
    const keys = await ringWith({});
    // A length that leaves bits of the last character unused.
    const text = (await keys.wrap('main', place, Buffer.from('one'))).toString();
    const spellings = [
      text.replace('v1', 'v0'),
      text.replace('v1', 'v01'),
      `${text.slice(0, 20)}\n${text.slice(20)}`,
      text.replace(/.(=+)$/, (end) => String.fromCharCode(end.charCodeAt(0) + 1) + end.slice(1)),
    ];
    for (const spelling of spellings.filter((each) => each !== text))
      await expect(keys.unwrap('main', place, Buffer.from(spelling)), spelling).rejects.toEqual(
        refused('altered'),
      );
    expect(await keys.unwrap('main', place, Buffer.from(text))).toEqual(Buffer.from('one'));
  });

  it('of a type that cannot bind what it encrypts to its place is refused with a hint', async () => {
    server.createKey('signing', 'rsa-2048');
    await expect((await ringWith({}, 'signing')).prove('main')).rejects.toThrow(/AEAD/);
  });

  it('is not made by a wish to encrypt with it', async () => {
    await expect((await ringWith({}, 'typo')).prove('main')).rejects.toThrow(/HTTP 403/);
    await expect(
      (await ringWith({}, 'typo')).unwrap('main', place, Buffer.from('vault:v1:AAAA')),
    ).rejects.toEqual(refused('unknown_key'));
  });

  it('is asked with the token that is in the file at the moment', async () => {
    const file = join(folder, 'token');
    writeFileSync(file, `${server.token}\n`);
    const keys = await ringWith({ VAULT_TOKEN: '', VAULT_TOKEN_FILE: file });
    const wrapped = await keys.wrap('main', place, clear);
    server.setToken('hvs.renewed');
    await expect(keys.unwrap('main', place, wrapped)).rejects.toEqual(refused('key_service_unavailable'));
    writeFileSync(file, 'hvs.renewed');
    expect(await keys.unwrap('main', place, wrapped)).toEqual(clear);
    writeFileSync(file, '');
    await expect(keys.unwrap('main', place, wrapped)).rejects.toThrow(/VAULT_TOKEN_FILE/);
    server.setToken(server.token);
  });

  it('lives in its namespace and mount', async () => {
    const elsewhere = [{ VAULT_NAMESPACE: 'team-b' }, { VAULT_TRANSIT_MOUNT: 'transit2' }];
    for (const env of elsewhere)
      await expect((await ringWith(env)).prove('main')).rejects.toThrow(/HTTP 404/);
    await expect((await ringWith({ VAULT_TRANSIT_MOUNT: 'transit' })).prove('main')).resolves.toBeDefined();
  });

  it.each([
    ['no address', { VAULT_ADDR: '' }, /^VAULT_ADDR: is required/],
    ['an address that is none', { VAULT_ADDR: 'vault:8200' }, /^VAULT_ADDR: must be a URL/],
    ['plain http to another machine', { VAULT_ADDR: 'http://vault.test:8200' }, /^VAULT_ADDR: must be https/],
    ['no token', { VAULT_TOKEN: '' }, /^VAULT_TOKEN: set it, or VAULT_TOKEN_FILE/],
    ['two tokens', { VAULT_TOKEN_FILE: '/tmp/token' }, /^VAULT_TOKEN: .* not both/],
    [
      'a certificate that cannot be read',
      { VAULT_CACERT: '/nonexistent' },
      /^VAULT_CACERT: .* cannot be read/,
    ],
  ])('with %s starts nothing', async (_name, env, line) => {
    expect(await linesOf(env)).toEqual([expect.stringMatching(line)]);
  });
});
