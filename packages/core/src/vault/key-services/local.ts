import { hkdfSync } from 'node:crypto';
import { decrypt, encrypt } from '../aes-gcm.ts';
import { constantTimeEqual } from '../constant-time.ts';
import { encodeSealed, parseSealed } from '../sealed-format.ts';
import type { RootKey } from './root-key.ts';

export const localKeyLength = 32;

/** Separate keys for separate uses: what wraps is never what is shown as check value. */
function derive(rootKey: Buffer, use: 'wrap' | 'check'): Buffer {
  return Buffer.from(
    hkdfSync('sha256', rootKey, Buffer.alloc(0), `latchkey/root-key/${use}`, localKeyLength),
  );
}

/** A root key of 32 bytes, held by this process. */
export function localRootKey(key: Buffer): RootKey {
  const [wrapKey, check] = [derive(key, 'wrap'), derive(key, 'check')];
  return {
    wrap: async (associatedData, plaintext) => encodeSealed('', encrypt(wrapKey, associatedData, plaintext)),
    unwrap: async (associatedData, wrapped) => decrypt(wrapKey, associatedData, parseSealed(wrapped)),
    prove: async () => check,
    verify: async (proof) => constantTimeEqual(check, proof),
  };
}
