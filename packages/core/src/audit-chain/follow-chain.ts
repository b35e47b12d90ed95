import { hashEntry, type HashedEntry } from './hash-entry.ts';
import type { Head } from './head.ts';

export interface SealedEntry extends HashedEntry {
  readonly hash?: Buffer | null;
}

/** The chain up to `entry`, or null when that is not what was sealed after `head`. */
export function follow(head: Head, entry: SealedEntry): Head | null {
  const sequence = head.sequence + 1;
  if (entry.sequence !== sequence || !isSame(entry.previousHash, head.hash)) return null;
  const hash = hashEntry(entry);
  return isSame(entry.hash, hash) ? { sequence, hash } : null;
}

export function isSame(stored: Buffer | null | undefined, expected: Buffer): boolean {
  return stored !== null && stored !== undefined && stored.equals(expected);
}
