import { createHash } from 'node:crypto';
import type { InferEntity } from '@mikro-orm/core';
import type { AuditEntryEntity } from './audit-entry.entity.ts';
import { canonicalJson } from './canonical-json.ts';

type AuditEntry = InferEntity<typeof AuditEntryEntity>;

/** The columns that the hash covers: all of them but the hash itself. */
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
] as const;

export type HashedEntry = Pick<AuditEntry, (typeof hashedColumns)[number]>;

/** What the first entry of a workspace names as the hash before it. */
export const noHash = Buffer.alloc(32);

/**
 * SHA-256 over the canonical JSON (see `canonicalJson`) of an object with the columns above under these names:
 * `at` as ISO 8601 in UTC with milliseconds, `previousHash` in lower-case hexadecimal, `position` and `sequence` as
 * numbers, absent values as null.
 */
export function hashEntry(entry: HashedEntry): Buffer {
  const { at, previousHash, ...columns } = entry;
  const text = canonicalJson({
    ...columns,
    at: at.toISOString(),
    previousHash: previousHash?.toString('hex') ?? null,
  });
  return createHash('sha256').update(text, 'utf8').digest();
}
