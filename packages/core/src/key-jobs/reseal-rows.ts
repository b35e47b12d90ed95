import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { doesNotOpen } from '../vault/index.ts';
import type { SealedRow, SealedTable } from './sealed-tables.ts';

interface Resealed {
  readonly done: number;
  /** Somebody changed or holds them. */
  readonly skipped: number;
  readonly unreadable: number;
}

/**
 * Seals rows anew under the current data key of their workspace, in the caller's transaction. What was changed since it
 * was read stays as it is, and so does what somebody holds a lock of: this never waits for a row, so that it takes part
 * in no deadlock. Of a row nothing changes but `sealed`.
 */
export async function resealRows(
  tx: Context,
  table: SealedTable,
  rows: readonly SealedRow[],
): Promise<Resealed> {
  const resealed: { row: SealedRow; sealed: Buffer }[] = [];
  let unreadable = 0;
  for (const row of rows) {
    try {
      const { workspaceId, version } = row;
      const place = { workspaceId, record: table.record(row.owner), field: table.field, version };
      const sealed = await tx.vault.reseal(place, row.keySalt, row.sealed);
      if (sealed !== null) resealed.push({ row, sealed });
    } catch (error) {
      if (!doesNotOpen(error)) throw error;
      unreadable += 1;
      // Of several columns one is an Idempotency-Key: what callers put there is theirs.
      const record = row.key.length === 1 ? row.key[0] : null;
      tx.log.warn(
        { table: table.name, workspaceId: row.workspaceId, record, err: error },
        'a row does not open',
      );
    }
  }
  const done = resealed.length === 0 ? 0 : await write(tx, table, resealed);
  return { done, skipped: rows.length - unreadable - done, unreadable };
}

async function write(
  tx: Context,
  table: SealedTable,
  resealed: readonly { row: SealedRow; sealed: Buffer }[],
): Promise<number> {
  const name = sql.table(table.name);
  const columns = sql.join(table.primaryKey.map((column) => sql.ref(column.name)));
  const matches = (alias: string) =>
    sql.join(
      table.primaryKey.map(
        (column) => sql`${sql.ref(`${alias}.${column.name}`)} = ${sql.ref(`t.${column.name}`)}`,
      ),
      sql` and `,
    );
  const { rows } = await sql<{ done: number }>`
    with given as materialized (
      select ${sql.join(table.primaryKey.map(({ name: column, type }) => sql`${sql.ref(column)}::${sql.raw(type)}`))}, old, new
      from unnest(
        ${sql.join(table.primaryKey.map((_, index) => sql`${resealed.map(({ row }) => row.key[index] ?? '')}::text[]`))},
        ${resealed.map(({ row }) => row.sealed)}::bytea[],
        ${resealed.map(({ sealed }) => sealed)}::bytea[]
      ) as given (${columns}, old, new)
    ), free as materialized (
      select ${sql.join(table.primaryKey.map((column) => sql.ref(`t.${column.name}`)))}
      from ${name} t join given on ${matches('given')} for no key update of t skip locked
    ), written as (
      update ${name} t set sealed = given.new from given, free
      where ${matches('given')} and ${matches('free')} and t.sealed = given.old
      returning 1
    )
    select count(*)::int as done from written`.execute(db(tx.em));
  return rows[0]?.done ?? 0;
}
