import { sql } from 'kysely';
import { visibleTo } from '../access/index.ts';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import type { Page } from '../db/page.ts';
import { Problem } from '../errors.ts';
import { hashedColumns, type HashedEntry } from './hash-entry.ts';

export interface AuditEntryView {
  /** 20 digits; rises by one per workspace, without gaps. */
  readonly sequence: string;
  readonly id: string;
  readonly at: Date;
  readonly actor: { readonly type: string; readonly id: string; readonly name: string };
  readonly action: string;
  readonly subject: string;
  readonly outcome: 'success' | 'refused';
  readonly requestId: string | null;
  readonly clientAddress: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  /** SHA-256 in lower-case hexadecimal; `hashEntry` says over what. */
  readonly previousHash: string;
  readonly hash: string;
}

/** The credentials and authorizations that an entry is about; the subject of a refusal is a path that holds an id. */
const namedIds = sql`array(
  select named[1] from regexp_matches(audit_entry.subject, '(?:cred|auth)_[0-9a-z]{26}', 'g') named
  union all values (audit_entry.data->>'credentialId'), (audit_entry.data->>'authorizationId')
)`;

interface AuditFilter {
  /** The sequence of the last entry already seen. */
  readonly after: string | null;
  readonly subject: string | null;
  /** The id of the actor. */
  readonly actor: string | null;
  readonly limit: number;
}

/**
 * Entries in the order of their sequence, from the oldest. Only sealed ones are listed, which an entry is about a
 * second after it was committed: what was listed once never changes its place. `nextCursor` is the next `after`. Entries
 * about what is private to somebody else are skipped: only an administrator sees the whole chain.
 * @throws Problem `validation_failed` when `after` is not a sequence
 */
export async function listAudit(
  { em, workspaceId, actor: reader }: Pick<Context, 'em' | 'workspaceId' | 'actor'>,
  { after, subject, actor, limit }: AuditFilter,
): Promise<Page<AuditEntryView>> {
  const rows = await db(em)
    .selectFrom('audit_entry')
    .select([...hashedColumns, 'hash'])
    .where('workspaceId', '=', workspaceId)
    .where('sequence', '>', parseSequence(after))
    .where(visibleTo(reader, namedIds))
    .$if(subject !== null, (query) => query.where('subject', '=', subject))
    .$if(actor !== null, (query) => query.where('actorId', '=', actor))
    .orderBy('sequence')
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit).map(toView);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.sequence ?? null) : null };
}

function parseSequence(after: string | null): number {
  if (after === null) return 0;
  const sequence = /^\d{1,20}$/.test(after) ? Number(after) : NaN;
  if (Number.isSafeInteger(sequence)) return sequence;
  throw new Problem('validation_failed', {
    errors: [{ path: 'after', message: 'must be the sequence of an entry' }],
  });
}

function toView(row: HashedEntry & { hash?: Buffer | null }): AuditEntryView {
  const { id, at, action, subject, outcome, data, requestId, clientAddress, previousHash, hash } = row;
  return {
    sequence: String(row.sequence).padStart(20, '0'),
    id,
    at,
    actor: { type: row.actorType, id: row.actorId, name: row.actorName },
    action,
    subject,
    outcome,
    requestId: requestId ?? null,
    clientAddress: clientAddress ?? null,
    data,
    previousHash: previousHash?.toString('hex') ?? '',
    hash: hash?.toString('hex') ?? '',
  };
}
