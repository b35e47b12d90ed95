import { endLine, entryLine, hashedColumns, type Head } from '../audit-chain/index.ts';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { findSequences, type TimeRange } from '../db/find-sequences.ts';
import { readHead } from './read-chain-ends.ts';
import { parseSequence } from './list-audit.ts';

interface ExportInput extends TimeRange {
  /** Only entries behind this sequence. */
  readonly after: string | null;
  readonly signal?: AbortSignal;
}

const batchSize = 500;

/**
 * The sealed entries of a workspace as JSON Lines, a batch at a time: it reads on when the reader asks for more, and holds
 * no connection in between. `from` and `to` choose the first and the last entry; between them nothing is left out, so that
 * every export is a piece of the chain. What is sealed after it began is not in it.
 *
 * The last line tells the end (`endLine`). When `signal` is aborted, or retention removes entries under the reader, it is
 * not written: the export was cut.
 * @throws Problem `validation_failed` when `after` is not a sequence
 */
export async function* exportAudit(
  { em, workspaceId }: Pick<Context, 'em' | 'workspaceId'>,
  { from, to, after, signal }: ExportInput,
): AsyncGenerator<string> {
  const seen = parseSequence(after);
  const kysely = db(em);
  const { sequence: end } = await readHead(kysely, workspaceId);
  const range =
    from === null && to === null
      ? null
      : await findSequences(kysely, 'audit_entry', workspaceId, { from, to });
  const last = Math.min(end, range?.last ?? end);
  let position = Math.max(seen, (range?.first ?? 1) - 1);
  let head: Head | null = null;
  let entries = 0;
  while (position < last) {
    const batch = await kysely
      .selectFrom('audit_entry')
      .select([...hashedColumns, 'hash'])
      .where('workspaceId', '=', workspaceId)
      .where('sequence', '>', position)
      .where('sequence', '<=', last)
      .orderBy('sequence')
      .limit(batchSize)
      .execute();
    const newest = batch.at(-1);
    if (newest?.sequence == null || newest.hash == null) return;
    if (signal?.aborted === true || hasGap(batch, entries === 0 ? null : position)) return;
    yield batch.map(entryLine).join('');
    position = newest.sequence;
    head = { sequence: newest.sequence, hash: newest.hash };
    entries += batch.length;
  }
  yield endLine({ head, entries });
}

/** @param before the entry that was written last; null: the first may be any, retention may have removed older ones */
function hasGap(batch: readonly { readonly sequence?: number | null }[], before: number | null): boolean {
  const first = batch[0]?.sequence ?? 0;
  const last = batch.at(-1)?.sequence ?? 0;
  return last - first + 1 !== batch.length || (before !== null && first !== before + 1);
}
