import { lengthPrefixed } from '../associated-data.ts';
import { VaultError } from '../vault-error.ts';
import type { RootKey } from './root-key.ts';

/** Nothing else is sealed at this place. */
const place = lengthPrefixed(['latchkey/root-key/proof']);
const constant = Buffer.from('latchkey/root-key/proof', 'utf8');

interface Operations {
  wrap(operation: 'wrap' | 'prove', associatedData: Buffer, plaintext: Buffer): Promise<Buffer>;
  unwrap(operation: 'unwrap' | 'verify', associatedData: Buffer, wrapped: Buffer): Promise<Buffer>;
}

/** A key that shows nothing of itself is known by what it encrypted: a constant, which only that key decrypts. */
export function provable(key: Operations): RootKey {
  return {
    wrap: (associatedData, plaintext) => key.wrap('wrap', associatedData, plaintext),
    unwrap: (associatedData, wrapped) => key.unwrap('unwrap', associatedData, toBuffer(wrapped)),
    prove: () => key.wrap('prove', place, constant),
    async verify(proof) {
      try {
        return (await key.unwrap('verify', place, toBuffer(proof))).equals(constant);
      } catch (error) {
        if (error instanceof VaultError && error.code === 'altered') return false;
        throw error;
      }
    },
  };
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
