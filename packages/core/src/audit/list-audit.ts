import { sql } from 'kysely';
import { visibleTo } from '../access/index.ts';
import { hashedColumns, toView, type AuditEntryView } from '../audit-chain/index.ts';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import type { Page } from '../db/page.ts';
import { Problem } from '../errors.ts';
import { findSequences } from '../db/find-sequences.ts';

/** The credentials and authorizations that an entry is about; the subject of a refusal is a path that holds an id. */
export const namedIds = sql`array(
  select named[1] from regexp_matches(audit_entry.subject, '(?:cred|auth)_[0-9a-z]{26}', 'g') named
  union all values (audit_entry.data->>'credentialId'), (audit_entry.data->>'authorizationId')
)`;

interface AuditFilter {
  /** The sequence of the last entry already seen, in the order asked for. */
  readonly after: string | null;
  readonly subject: string | null;
  /** The id of the actor. */
  readonly actor: string | null;
  readonly action?: string | null | undefined;
  readonly outcome?: 'success' | 'refused' | null | undefined;
  /** At or after this time. */
  readonly from?: Date | null | undefined;
  /** Before this time. */
  readonly to?: Date | null | undefined;
  /** From the newest entry on to older ones. */
  readonly newestFirst?: boolean;
  readonly limit: number;
}

/**
 * Entries in the order of their sequence, from the oldest or from the newest. Only sealed ones are listed, which an entry is about a
 * second after it was committed: what was listed once never changes its place. `nextCursor` is the next `after`. Entries
 * about what is private to somebody else are skipped: only an administrator sees the whole chain.
 * @throws Problem `validation_failed` when `after` is not a sequence
 */
export async function listAudit(
  { em, workspaceId, actor: reader }: Pick<Context, 'em' | 'workspaceId' | 'actor'>,
  filter: AuditFilter,
): Promise<Page<AuditEntryView>> {
  const { after, subject, actor, action = null, outcome = null, from = null, to = null, limit } = filter;
  const { newestFirst = false } = filter;
  const seen = parseSequence(after);
  const kysely = db(em);
  const range =
    from === null && to === null
      ? null
      : await findSequences(kysely, 'audit_entry', workspaceId, { from, to });
  const rows = await kysely
    .selectFrom('audit_entry')
    .select([...hashedColumns, 'hash'])
    .where('workspaceId', '=', workspaceId)
    .where('sequence', 'is not', null)
    .$if(after !== null, (query) => query.where('sequence', newestFirst ? '<' : '>', seen))
    .where(visibleTo(reader, namedIds))
    .$if(subject !== null, (query) => query.where('subject', '=', subject))
    .$if(actor !== null, (query) => query.where('actorId', '=', actor))
    .$if(action !== null, (query) => query.where('action', '=', action))
    .$if(outcome !== null, (query) => query.where('outcome', '=', outcome))
    .$if(from !== null, (query) => query.where('at', '>=', from))
    .$if(to !== null, (query) => query.where('at', '<', to))
    .$if(range !== null, (query) =>
      query.where('sequence', '>=', range?.first ?? 1).where('sequence', '<=', range?.last ?? 0),
    )
    .orderBy('sequence', newestFirst ? 'desc' : 'asc')
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit).map(toView);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.sequence ?? null) : null };
}

/** @throws Problem `validation_failed` */
export function parseSequence(after: string | null): number {
  if (after === null) return 0;
  const sequence = /^\d{1,20}$/.test(after) ? Number(after) : NaN;
  if (Number.isSafeInteger(sequence)) return sequence;
  throw new Problem('validation_failed', {
    errors: [{ path: 'after', message: 'must be the sequence of an entry' }],
  });
}
