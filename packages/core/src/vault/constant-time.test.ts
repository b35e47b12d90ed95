import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { constantTimeEqual } from './constant-time.ts';

it('C31: compares contents, and other lengths are unequal rather than an error', () => {
  const bytes = randomBytes(32);
  expect(constantTimeEqual(bytes, Buffer.from(bytes))).toBe(true);
  expect(constantTimeEqual(bytes, randomBytes(32))).toBe(false);
  expect(constantTimeEqual(bytes, bytes.subarray(0, 31))).toBe(false);
  expect(constantTimeEqual(Buffer.alloc(0), bytes)).toBe(false);
});
