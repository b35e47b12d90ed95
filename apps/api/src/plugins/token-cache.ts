import { createHash } from 'node:crypto';

interface Entry<T> {
  readonly value: T;
  readonly freshUntil: number;
}

function keyOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}

/**
 * Remembers who a token belongs to for a few seconds, by the token's digest: a dump of the process holds no tokens
 * because of it. Bounded, oldest out first; what was not found is not remembered.
 */
export function createTokenCache<T>({
  seconds,
  size,
  now = () => performance.now(),
}: {
  seconds: number;
  size: number;
  /** Milliseconds of a clock that no adjustment of the time of day moves. */
  now?: () => number;
}) {
  const entries = new Map<string, Entry<T>>();
  return {
    /** @param find asked when nothing fresh is known */
    async through(token: string, find: () => Promise<T | null>): Promise<T | null> {
      const key = keyOf(token);
      const entry = entries.get(key);
      if (entry !== undefined && entry.freshUntil > now()) return entry.value;
      entries.delete(key);
      const value = await find();
      if (value === null) return null;
      if (entries.size >= size) {
        const [oldest] = entries.keys();
        if (oldest !== undefined) entries.delete(oldest);
      }
      entries.set(key, { value, freshUntil: now() + seconds * 1000 });
      return value;
    },
    clear(): void {
      entries.clear();
    },
  };
}
