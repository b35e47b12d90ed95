import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../errors.ts';
import { localKeyring } from './keyring.ts';
import { parseRootKeys } from './root-keys-text.ts';

const newKey = () => randomBytes(32).toString('base64');
const associatedData = Buffer.from('place');

function problemsOf(spec: string): readonly string[] {
  try {
    parseRootKeys(spec);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.lines;
    throw error;
  }
}

describe('the keyring', () => {
  it('wraps with the first key and unwraps with all', async () => {
    const [a, b] = [newKey(), newKey()];
    const before = localKeyring(`a:${a}`);
    const after = localKeyring(`b:${b}, a:${a}`);
    expect(before.primaryId).toBe('a');
    expect(after.primaryId).toBe('b');
    expect(after.ids()).toEqual(['b', 'a']);
    const wrapped = await before.wrap('a', associatedData, Buffer.from('key'));
    expect(await after.unwrap('a', associatedData, wrapped)).toEqual(Buffer.from('key'));
  });

  it('takes base64 with and without padding', () => {
    const key = newKey();
    expect(problemsOf(`a:${key}`)).toEqual([]);
    expect(problemsOf(`a:${key.replace('=', '')}`)).toEqual([]);
  });

  it.each([
    ['nothing', '', /is missing/],
    ['only blanks', '  ', /is missing/],
    ['no id', newKey(), /entry 1 does not start with an id/],
    ['an empty id', `:${newKey()}`, /entry 1 does not start with an id/],
    ['an id with a blank', `my key:${newKey()}`, /entry 1 does not start with an id/],
    ['a key in the place of the id', `${newKey()}:main`, /entry 1 does not start with an id/],
    ['no key', 'main:', /"main"\) has no key/],
    ['hexadecimal', `main:${randomBytes(32).toString('hex')}`, /has 48 bytes instead of 32/],
    ['not base64', `main:${'!'.repeat(44)}`, /is not valid base64/],
    ['base64 with junk behind it', `main:${newKey()}!`, /is not valid base64/],
    ['a short key', `main:${randomBytes(31).toString('base64')}`, /has 31 bytes instead of 32/],
    ['a long key', `main:${randomBytes(33).toString('base64')}`, /has 33 bytes instead of 32/],
    ['all zero', `main:${Buffer.alloc(32).toString('base64')}`, /is not random/],
    ['one byte repeated', `main:${Buffer.alloc(32, 0x61).toString('base64')}`, /is not random/],
    ['an id twice', `main:${newKey()},main:${newKey()}`, /"main" occurs twice/],
    [
      'a service that nobody knows',
      'main:gcp-kms:projects/x',
      /names no key service that is known: aws-kms, vault-transit/,
    ],
    ['a key in the place of a service', `main:${newKey()}:x`, /names no key service that is known/],
    [
      'a service without a key',
      'main:aws-kms',
      /"main"\): behind "aws-kms:" must be the id, the ARN or the alias/,
    ],
    ['what is no key in AWS KMS', `main:aws-kms:${newKey()}`, /behind "aws-kms:" must be/],
    [
      'what is no key in the Transit engine',
      'main:vault-transit:a/b',
      /behind "vault-transit:" must be the name of a key/,
    ],
    ['a key of a service twice', 'a:vault-transit:x,b:vault-transit:x', /"a" and "b" are the same key/],
    ['a comma at the end', `main:${newKey()},`, /entry 2 does not start with an id/],
  ])('refuses %s', (_name, spec, line) => {
    expect(problemsOf(spec)).toEqual([expect.stringMatching(line)]);
  });

  it('refuses the same key under two ids', () => {
    const key = newKey();
    expect(problemsOf(`a:${key},b:${key}`)).toEqual([expect.stringMatching(/"a" and "b" are the same key/)]);
  });

  it('lists everything that is wrong at once', () => {
    expect(problemsOf(`a:x,b:${Buffer.alloc(32).toString('base64')},:y`)).toHaveLength(3);
  });

  it('shows no key in an error and none when it is printed', () => {
    const key = newKey();
    for (const spec of [
      key,
      `${key}:main`,
      `main ${key}`,
      `main:${key}!`,
      `main:${key}${key}`,
      `a:${key},b:${key}`,
      `main:${key}:x`,
      `main:aws-kms:${key}`,
      `main:vault-transit:${key}`,
    ]) {
      const problems = problemsOf(spec).join('\n');
      expect(problems).not.toBe('');
      expect(problems).not.toContain(key.slice(0, 12));
    }
    expect(inspect(localKeyring(`main:${key}`), { depth: 9, showHidden: true })).not.toContain(
      key.slice(0, 12),
    );
  });

  it('never fails in another way than with a ConfigurationError', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('a', ':', ',', '=', ' ', '/') })),
        (spec) => {
          expect(problemsOf(spec).length).toBeGreaterThan(0);
        },
      ),
    );
  });

  it.each(['wrap', 'unwrap', 'prove', 'verify'] as const)(
    'refuses an unknown key id: %s',
    async (operation) => {
      const keys = localKeyring(`main:${newKey()}`);
      const calls = {
        wrap: () => keys.wrap('other', associatedData, Buffer.alloc(40)),
        unwrap: () => keys.unwrap('other', associatedData, Buffer.alloc(40)),
        prove: () => keys.prove('other'),
        verify: () => keys.verify('other', Buffer.alloc(32)),
      };
      const call = calls[operation]();
      await expect(call).rejects.toMatchObject({ name: 'VaultError', code: 'unknown_key' });
    },
  );

  it('unwraps nothing that belongs elsewhere, was altered or cut, or is of another key', async () => {
    const keys = localKeyring(`a:${newKey()},b:${newKey()}`);
    const wrapped = await keys.wrap('a', associatedData, Buffer.from('key'));
    const refused = { name: 'VaultError', code: 'altered' };
    await expect(keys.unwrap('b', associatedData, wrapped)).rejects.toMatchObject(refused);
    await expect(keys.unwrap('a', Buffer.from('elsewhere'), wrapped)).rejects.toMatchObject(refused);
    await expect(keys.unwrap('a', associatedData, wrapped.subarray(0, -1))).rejects.toMatchObject(refused);
    for (let index = 0; index < wrapped.length; index += 1) {
      const altered = Buffer.from(wrapped);
      altered.writeUInt8(altered.readUInt8(index) ^ 1, index);
      await expect(keys.unwrap('a', associatedData, altered)).rejects.toMatchObject({ name: 'VaultError' });
    }
  });

  it('knows the same key by its proof, under any id, and no other', async () => {
    const key = newKey();
    const proof = await localKeyring(`a:${key}`).prove('a');
    expect(await localKeyring(`renamed:${key}`).verify('renamed', proof)).toBe(true);
    expect(await localKeyring(`a:${newKey()}`).verify('a', proof)).toBe(false);
    expect(await localKeyring(`a:${key}`).verify('a', proof.subarray(1))).toBe(false);
    expect(proof.toString('base64')).not.toBe(key);
  });
});
