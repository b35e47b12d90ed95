import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/** What the hash of an entry covers: every column but the hash itself. */
export interface HashedEntry {
  readonly id: string;
  readonly workspaceId: string;
  readonly position: number;
  readonly at: Date;
  readonly actorType: string;
  readonly actorId: string;
  readonly actorName: string;
  readonly action: string;
  readonly subject: string;
  readonly outcome: 'success' | 'refused';
  readonly requestId?: string | null;
  readonly clientAddress?: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly sequence?: number | null;
  readonly previousHash?: Buffer | null;
}

/** Their names, as the hash has them. */
export const hashedColumns = [
  'id',
  'workspaceId',
  'position',
  'at',
  'actorType',
  'actorId',
  'actorName',
  'action',
  'subject',
  'outcome',
  'requestId',
  'clientAddress',
  'data',
  'sequence',
  'previousHash',
] as const satisfies readonly (keyof HashedEntry)[];

/** What the first entry of a workspace names as the hash before it. */
export const noHash = Buffer.alloc(32);

/**
 * SHA-256 over the canonical JSON (see `canonicalJson`) of an object with the columns above under these names:
 * `at` as ISO 8601 in UTC with milliseconds, `previousHash` in lower-case hexadecimal, `position` and `sequence` as
 * numbers, absent values as null.
 */
export function hashEntry(entry: HashedEntry): Buffer {
  const covered = Object.fromEntries(hashedColumns.map((name) => [name, entry[name] ?? null]));
  const text = canonicalJson({
    ...covered,
    at: entry.at.toISOString(),
    previousHash: entry.previousHash?.toString('hex') ?? null,
  });
  return createHash('sha256').update(text, 'utf8').digest();
}
