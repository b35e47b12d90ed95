import { nonceLength, tagLength, type Encrypted } from './aes-gcm.ts';
import { VaultError } from './vault-error.ts';

/** AES-256-GCM under a key per record. */
export const currentFormat = 1;

/** A data key id, or nothing for a key that is known from elsewhere. */
const keyIdPattern = /^[a-z0-9_]{0,64}$/;

export interface Sealed extends Encrypted {
  readonly format: number;
  readonly keyId: string;
}

/** `format (1) ‖ key id length (1) ‖ key id ‖ nonce (12) ‖ ciphertext ‖ tag (16)`: it says itself how it is opened. */
export function encodeSealed(keyId: string, { nonce, ciphertext, tag }: Encrypted): Buffer {
  const id = Buffer.from(keyId, 'latin1');
  return Buffer.concat([Buffer.from([currentFormat, id.length]), id, nonce, ciphertext, tag]);
}

/** @throws VaultError `unknown_format`, or `altered` when it is too short to be what it says */
export function parseSealed(sealed: Uint8Array): Sealed {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const format = bytes[0];
  if (format !== currentFormat) throw new VaultError('unknown_format');
  const nonceStart = 2 + (bytes[1] ?? 0);
  const ciphertextStart = nonceStart + nonceLength;
  const tagStart = bytes.length - tagLength;
  const keyId = bytes.toString('latin1', 2, nonceStart);
  if (ciphertextStart > tagStart || !keyIdPattern.test(keyId)) throw new VaultError('altered');
  return {
    format,
    keyId,
    nonce: bytes.subarray(nonceStart, ciphertextStart),
    ciphertext: bytes.subarray(ciphertextStart, tagStart),
    tag: bytes.subarray(tagStart),
  };
}
