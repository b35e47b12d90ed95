import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { VaultError } from './vault-error.ts';

const algorithm = 'aes-256-gcm';

/** The only nonce length that GCM uses as it is (NIST SP 800-38D, 5.2.1.1). */
export const nonceLength = 12;

/** Shorter tags are refused by the decipher itself: Node would otherwise accept what the attacker sends. */
export const tagLength = 16;

export interface Encrypted {
  readonly nonce: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/** AES-256-GCM under a fresh random nonce. `key` has 32 bytes and encrypts fewer than 2^32 times. */
export function encrypt(key: Buffer, associatedData: Buffer, plaintext: Buffer): Encrypted {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength });
  cipher.setAAD(associatedData);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { nonce, ciphertext, tag: cipher.getAuthTag() };
}

/** @throws VaultError `altered` when key, associated data or any bit differs from what was encrypted */
export function decrypt(key: Buffer, associatedData: Buffer, { nonce, ciphertext, tag }: Encrypted): Buffer {
  try {
    const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagLength });
    decipher.setAAD(associatedData);
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch (cause) {
    throw new VaultError('altered', { cause });
  }
}
