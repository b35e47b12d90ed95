import { createDecipheriv, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decrypt, encrypt } from './aes-gcm.ts';

const key = randomBytes(32);
const associatedData = Buffer.from('where it belongs');
const plaintext = Buffer.from('what is secret');

function flip(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return copy;
}

const altered = expect.objectContaining({ name: 'VaultError', code: 'altered' });

describe('C24: AES-256-GCM', () => {
  const encrypted = encrypt(key, associatedData, plaintext);

  it('opens what it encrypted, also nothing at all', () => {
    expect(decrypt(key, associatedData, encrypted)).toEqual(plaintext);
    expect(decrypt(key, associatedData, encrypt(key, associatedData, Buffer.alloc(0)))).toEqual(
      Buffer.alloc(0),
    );
  });

  it('is what every other AES-256-GCM opens', () => {
    const decipher = createDecipheriv('aes-256-gcm', key, encrypted.nonce)
      .setAAD(associatedData)
      .setAuthTag(encrypted.tag);
    expect(Buffer.concat([decipher.update(encrypted.ciphertext), decipher.final()])).toEqual(plaintext);
  });

  it('never uses a nonce twice, so that equal secrets look different', () => {
    const nonces = Array.from({ length: 1000 }, () =>
      encrypt(key, associatedData, plaintext).nonce.toString('hex'),
    );
    expect(new Set(nonces).size).toBe(1000);
    expect(nonces.every((nonce) => nonce.length === 24)).toBe(true);
  });

  it('C24: uses no nonce twice in 30,000 encryptions, and all of its bytes', () => {
    const count = 30_000;
    const seen = new Set<string>();
    const bytes = Array.from({ length: 12 }, () => Array.from({ length: 256 }, () => 0));
    for (let n = 0; n < count; n += 1) {
      const { nonce } = encrypt(key, associatedData, plaintext);
      seen.add(nonce.toString('latin1'));
      for (const [at, byte] of nonce.entries()) (bytes[at] as number[])[byte] = (bytes[at]?.[byte] ?? 0) + 1;
    }
    expect(seen.size).toBe(count);
    // Every byte of it is any byte: a counter, a time or a part that stays would show. 117 each, give or take 11.
    expect(bytes.flat().filter((number) => number < 40 || number > 240)).toEqual([]);
  }, 30_000);

  it.each(['nonce', 'ciphertext', 'tag'] as const)('refuses every flipped bit of the %s', (part) => {
    for (let bit = 0; bit < encrypted[part].length * 8; bit += 1) {
      expect(() =>
        decrypt(key, associatedData, { ...encrypted, [part]: flip(encrypted[part], bit) }),
      ).toThrow(altered);
    }
  });

  it('refuses every flipped bit of the associated data and of the key', () => {
    for (let bit = 0; bit < associatedData.length * 8; bit += 1) {
      expect(() => decrypt(key, flip(associatedData, bit), encrypted)).toThrow(altered);
    }
    for (let bit = 0; bit < 256; bit += 1)
      expect(() => decrypt(flip(key, bit), associatedData, encrypted)).toThrow(altered);
  });

  it('refuses a tag of any length but 16 bytes, even a correct beginning of it', () => {
    for (let length = 0; length < 16; length += 1) {
      expect(() =>
        decrypt(key, associatedData, { ...encrypted, tag: encrypted.tag.subarray(0, length) }),
      ).toThrow(altered);
    }
    expect(() =>
      decrypt(key, associatedData, { ...encrypted, tag: Buffer.concat([encrypted.tag, Buffer.alloc(1)]) }),
    ).toThrow(altered);
  });

  it('says nothing of key or content when it refuses', () => {
    const keyText = key.toString('latin1');
    const refuse = () => decrypt(key, associatedData, { ...encrypted, tag: flip(encrypted.tag, 0) });
    expect(refuse).toThrow(/^(?!.*what is secret)/s);
    expect(refuse).not.toThrow(keyText);
  });
});
