import { hkdfSync } from 'node:crypto';
import { ConfigurationError } from '../errors.ts';
import { decrypt, encrypt } from './aes-gcm.ts';
import { constantTimeEqual } from './constant-time.ts';
import type { KeyProvider } from './key-provider.ts';
import { encodeSealed, parseSealed } from './sealed-format.ts';
import { VaultError } from './vault-error.ts';

const variable = 'LATCHKEY_ROOT_KEYS';
const keyLength = 32;
/** Shorter than a key in any encoding, so that a key put in the place of its id is never printed. */
const idPattern = /^[A-Za-z0-9_.-]{1,32}$/;
const base64Pattern = /^[A-Za-z0-9+/]+={0,2}$/;

type Entry = { readonly id: string; readonly key: Buffer } | { readonly problem: string };

function parseEntry(entry: string, index: number): Entry {
  const where = `${variable}: entry ${index + 1}`;
  const separator = entry.indexOf(':');
  const id = entry.slice(0, Math.max(separator, 0));
  if (!idPattern.test(id)) {
    return {
      problem: `${where} does not start with an id of 1 to 32 letters, digits, ".", "_" or "-" and a colon.`,
    };
  }
  const text = entry.slice(separator + 1);
  if (text === '') return { problem: `${where} ("${id}") has no key.` };
  const key = Buffer.from(text, 'base64');
  if (!base64Pattern.test(text) || key.toString('base64').replace(/=+$/, '') !== text.replace(/=+$/, '')) {
    return { problem: `${where} ("${id}") is not valid base64.` };
  }
  if (key.length !== keyLength) {
    return {
      problem: `${where} ("${id}") has ${key.length} bytes instead of ${keyLength}. Make one with: openssl rand -base64 32`,
    };
  }
  if (key.every((byte) => byte === key[0]))
    return { problem: `${where} ("${id}") is not random: all its bytes are the same.` };
  return { id, key };
}

/** @throws ConfigurationError with a line for everything that is wrong, none of which shows a key */
function parseRootKeys(spec: string): Map<string, Buffer> {
  if (spec.trim() === '')
    throw new ConfigurationError([
      `${variable} is missing. Make a key with: echo "main:$(openssl rand -base64 32)"`,
    ]);
  const keys = new Map<string, Buffer>();
  const problems: string[] = [];
  for (const [index, text] of spec.split(',').entries()) {
    const entry = parseEntry(text.trim(), index);
    if ('problem' in entry) problems.push(entry.problem);
    else if (keys.has(entry.id)) problems.push(`${variable}: the id "${entry.id}" occurs twice.`);
    else {
      const twin = [...keys].find(([, key]) => key.equals(entry.key));
      if (twin) problems.push(`${variable}: "${twin[0]}" and "${entry.id}" are the same key.`);
      keys.set(entry.id, entry.key);
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return keys;
}

/** Separate keys for separate uses: what wraps is never what is shown as check value. */
function derive(rootKey: Buffer, use: 'wrap' | 'check'): Buffer {
  return Buffer.from(hkdfSync('sha256', rootKey, Buffer.alloc(0), `latchkey/root-key/${use}`, keyLength));
}

/**
 * Root keys held by this process. `spec` is the value of `LATCHKEY_ROOT_KEYS`: `id:base64(32 bytes)`, separated by
 * commas; the first wraps, all unwrap.
 * @throws ConfigurationError when a key is missing, short, not base64, not random or given twice
 */
export function localKeyring(spec: string): KeyProvider {
  const keys = new Map(
    [...parseRootKeys(spec)].map(
      ([id, key]) => [id, { wrap: derive(key, 'wrap'), check: derive(key, 'check') }] as const,
    ),
  );
  const find = (id: string) => {
    const key = keys.get(id);
    if (!key) throw new VaultError('unknown_key');
    return key;
  };
  return {
    primaryId: spec.slice(0, spec.indexOf(':')).trim(),
    ids: () => [...keys.keys()],
    kindOf: (keyId) => (find(keyId), 'local'),
    wrap: async (keyId, associatedData, plaintext) =>
      encodeSealed('', encrypt(find(keyId).wrap, associatedData, plaintext)),
    unwrap: async (keyId, associatedData, wrapped) =>
      decrypt(find(keyId).wrap, associatedData, parseSealed(wrapped)),
    prove: async (keyId) => find(keyId).check,
    verify: async (keyId, proof) => constantTimeEqual(find(keyId).check, proof),
  };
}
