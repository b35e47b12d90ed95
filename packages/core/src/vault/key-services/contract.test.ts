import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { keyHomes, openRing, type KeyHome } from '../../testing/key-homes.ts';
import type { KeyProvider } from '../index.ts';
import type { KeyKind } from '../key-provider.ts';

const place = Buffer.from('place');
const dataKey = () => randomBytes(32);
const refused = (code: string) => expect.objectContaining({ name: 'VaultError', code });
const homes = Object.keys(keyHomes) as KeyKind[];

// Each call passes through a server in this process: a busy machine takes its time.
describe.each(homes)('a root key in %s', { timeout: 30_000 }, (kind) => {
  let home: KeyHome;
  let keys: KeyProvider;
  let text: string;

  beforeAll(async () => {
    home = await keyHomes[kind]();
    for (const [name, value] of Object.entries(home.env)) vi.stubEnv(name, value);
    text = `a:${home.newKey()},b:${home.newKey()}`;
    keys = await openRing(home, text);
  });

  afterAll(async () => {
    await home.close();
    vi.unstubAllEnvs();
  });

  it('says where it lives', () => {
    expect(keys.ids()).toEqual(['a', 'b']);
    expect(keys.kindOf('a')).toBe(kind);
  });

  it('unwraps what it wrapped, in another process too, and nobody sees the same twice', async () => {
    const clear = dataKey();
    const wrapped = await keys.wrap('a', place, clear);
    const other = await openRing(home, text);
    expect(await other.unwrap('a', place, wrapped)).toEqual(clear);
    expect(await keys.unwrap('a', place, Uint8Array.from(wrapped))).toEqual(clear);
    expect(await keys.wrap('a', place, clear)).not.toEqual(wrapped);
    expect(wrapped.includes(clear)).toBe(false);
  });

  it('unwraps nothing that belongs elsewhere or is of another key', async () => {
    const wrapped = await keys.wrap('a', place, dataKey());
    await expect(keys.unwrap('a', Buffer.from('elsewhere'), wrapped)).rejects.toEqual(refused('altered'));
    await expect(keys.unwrap('a', Buffer.alloc(0), wrapped)).rejects.toEqual(refused('altered'));
    await expect(keys.unwrap('b', place, wrapped)).rejects.toEqual(refused('altered'));
  });

  it('unwraps nothing that was altered anywhere or cut', async () => {
    const wrapped = await keys.wrap('a', place, dataKey());
    const altered = Array.from(wrapped, (byte, index) => {
      const copy = Buffer.from(wrapped);
      copy.writeUInt8(byte ^ 1, index);
      return copy;
    });
    const cut = [wrapped.subarray(1), wrapped.subarray(0, -1), Buffer.concat([wrapped, Buffer.from('=')])];
    for (const bytes of [...altered, ...cut]) {
      const error: unknown = await keys.unwrap('a', place, bytes).then(
        () => 'unwrapped',
        (reason: unknown) => reason,
      );
      expect([refused('altered'), refused('unknown_format')]).toContainEqual(error);
    }
  });

  it.each(['wrap', 'unwrap', 'prove', 'verify'] as const)(
    'that is not configured is unknown: %s',
    async (operation) => {
      const calls = {
        wrap: () => keys.wrap('other', place, dataKey()),
        unwrap: () => keys.unwrap('other', place, Buffer.alloc(40)),
        prove: () => keys.prove('other'),
        verify: () => keys.verify('other', Buffer.alloc(32)),
      };
      const call = calls[operation]();
      await expect(call).rejects.toEqual(refused('unknown_key'));
    },
  );

  it('is known by its proof, in another process too, and no other key is', async () => {
    const proof = await keys.prove('a');
    const other = await openRing(home, text);
    expect(await other.verify('a', proof)).toBe(true);
    expect(await keys.verify('b', proof)).toBe(false);
    expect(await keys.verify('a', proof.subarray(1))).toBe(false);
    expect(await keys.verify('a', Buffer.alloc(32, 1))).toBe(false);
    expect(await keys.verify('a', await keys.wrap('a', place, dataKey()))).toBe(false);
  });

  it('is not known by the proof of a key that lives elsewhere', async () => {
    for (const elsewhere of homes.filter((other) => other !== kind)) {
      const stranger = await keyHomes[elsewhere]();
      for (const [name, value] of Object.entries(stranger.env)) vi.stubEnv(name, value);
      const proof = await (await openRing(stranger, `a:${stranger.newKey()}`)).prove('a');
      await stranger.close();
      expect(await keys.verify('a', proof)).toBe(false);
    }
    for (const [name, value] of Object.entries(home.env)) vi.stubEnv(name, value);
  });

  it('is not shown when the keyring is printed', () => {
    const printed = inspect(keys, { depth: 9, showHidden: true });
    for (const secret of [
      ...Object.values(home.env),
      ...text.split(/[:,]/).filter((part) => part.length > 20),
    ])
      expect(printed).not.toContain(secret);
  });
});
