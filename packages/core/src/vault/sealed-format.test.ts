import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '../ids.ts';
import { currentFormat, encodeSealed, parseSealed } from './sealed-format.ts';
import { VaultError } from './vault-error.ts';

const encrypted = { nonce: randomBytes(12), ciphertext: randomBytes(20), tag: randomBytes(16) };
const buffers = (minLength: number, maxLength = minLength) =>
  fc.uint8Array({ minLength, maxLength }).map((each) => Buffer.from(each));

const shortest = 2 + 12 + 16;

function parse(bytes: Uint8Array): string {
  try {
    parseSealed(bytes);
    return 'parsed';
  } catch (error) {
    if (error instanceof VaultError) return error.code;
    throw error;
  }
}

describe('C27: the format of a ciphertext', () => {
  it('gives back every part that was encoded', () => {
    const keyId = newId('dataKey');
    expect(parseSealed(encodeSealed(keyId, encrypted))).toEqual({
      format: currentFormat,
      keyId,
      ...encrypted,
    });
  });

  it('gives back any parts that were encoded', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z0-9_]{0,64}$/),
        buffers(12),
        buffers(0, 100),
        buffers(16),
        (keyId, nonce, ciphertext, tag) => {
          expect(parseSealed(encodeSealed(keyId, { nonce, ciphertext, tag }))).toEqual({
            format: currentFormat,
            keyId,
            nonce,
            ciphertext,
            tag,
          });
        },
      ),
    );
  });

  it('refuses any other format by name', () => {
    const sealed = encodeSealed('dk_a', encrypted);
    for (let format = 0; format < 256; format += 1) {
      sealed[0] = format;
      expect(parse(sealed)).toBe(format === currentFormat ? 'parsed' : 'unknown_format');
    }
    expect(parse(Buffer.alloc(0))).toBe('unknown_format');
  });

  it('refuses everything shorter than nonce and tag', () => {
    const sealed = encodeSealed('', { ...encrypted, ciphertext: Buffer.alloc(0) });
    expect(sealed).toHaveLength(shortest);
    expect(parse(sealed)).toBe('parsed');
    for (let length = 1; length < shortest; length += 1)
      expect(parse(sealed.subarray(0, length))).toBe('altered');
  });

  it('refuses key ids with characters that no key id has', () => {
    for (const keyId of ['dk_A', 'dk a', 'dk\n', 'dk-a', 'dk\u00e9', 'x'.repeat(65)]) {
      expect(parse(encodeSealed(keyId, encrypted)), `key id ${JSON.stringify(keyId)}`).toBe('altered');
    }
  });

  it('never throws anything but a VaultError, whatever the bytes', () => {
    const anything = fc.uint8Array({ maxLength: 200 });
    const almostRight = fc
      .tuple(fc.constantFrom(0, 1, 2), fc.nat(255), anything)
      .map(([format, length, rest]) => Uint8Array.from([format, length, ...rest]));
    fc.assert(
      fc.property(fc.oneof(anything, almostRight), (bytes) => {
        expect(['parsed', 'unknown_format', 'altered']).toContain(parse(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it('reads a view into a larger buffer as that view only', () => {
    const sealed = encodeSealed('dk_a', encrypted);
    const larger = new Uint8Array(sealed.length + 20).fill(1);
    larger.set(sealed, 10);
    expect(parseSealed(larger.subarray(10, 10 + sealed.length))).toEqual(parseSealed(sealed));
  });
});
