import { createHash } from 'node:crypto';

/** First 16 hex digits of SHA-256: names a token in logs without carrying it. */
export function fingerprint(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16);
}
