import { hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { VaultError } from './vault-error.ts';

const saltLength = 32;

/** A salt for a new row. */
export function newSalt(): Buffer {
  return randomBytes(saltLength);
}

/**
 * The key of one record (HKDF-SHA-256, RFC 5869), so that no AES key ever comes near the 2^32 encryptions
 * that random nonces allow, and losing the salt loses the record.
 * @throws VaultError `altered` when the salt is not one of ours
 */
export function deriveRecordKey(dataKey: KeyObject, salt: Uint8Array, format: number): Buffer {
  if (salt.length !== saltLength) throw new VaultError('altered');
  return Buffer.from(hkdfSync('sha256', dataKey, salt, `latchkey/record-key/${format}`, 32));
}
