import { createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveRecordKey, newSalt } from './record-key.ts';

describe('C26: the key of a record', () => {
  const bytes = randomBytes(32);
  const dataKey = createSecretKey(bytes);
  const salt = newSalt();

  it('is HKDF-SHA-256 of data key, salt and format', () => {
    expect(deriveRecordKey(dataKey, salt, 1)).toEqual(
      Buffer.from(hkdfSync('sha256', bytes, salt, 'latchkey/record-key/1', 32)),
    );
  });

  it('differs by data key, salt and format', () => {
    const keys = [
      deriveRecordKey(dataKey, salt, 1),
      deriveRecordKey(dataKey, salt, 2),
      deriveRecordKey(dataKey, newSalt(), 1),
      deriveRecordKey(createSecretKey(randomBytes(32)), salt, 1),
    ];
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(4);
  });

  it.each([0, 16, 31, 33])('is refused for a salt of %i bytes', (length) => {
    expect(() => deriveRecordKey(dataKey, Buffer.alloc(length), 1)).toThrow(
      expect.objectContaining({ code: 'altered' }),
    );
  });

  it('has a salt of 32 bytes that never repeats', () => {
    const salts = Array.from({ length: 1000 }, () => newSalt());
    expect(salts.every(({ length }) => length === 32)).toBe(true);
    expect(new Set(salts.map((each) => each.toString('hex'))).size).toBe(1000);
  });
});
