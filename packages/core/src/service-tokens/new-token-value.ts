import { randomBytes } from 'node:crypto';

/** 256 bits from the CSPRNG; the prefix tells people and secret scanners whose it is. */
export function newTokenValue(): string {
  return `lk_${randomBytes(32).toString('base64url')}`;
}
