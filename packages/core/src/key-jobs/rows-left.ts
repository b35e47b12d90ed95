import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { db } from '../db/index.ts';
import { rowColumns, sealedTables, type SealedRow, type SealedTable } from './sealed-tables.ts';

export interface RowsLeft {
  readonly workspaceId: string;
  /** Current and retired ones. */
  readonly dataKeys: number;
  readonly rowsLeft: number;
}

const ofRetired = (workspaceId: string | null) =>
  sql`d.retired_at is not null and d.purpose = 'seal'
    and (${workspaceId}::text is null or d.workspace_id = ${workspaceId})`;

/**
 * In the caller's transaction: the indexes by data key are used, whatever the planner thinks of reading a table instead.
 * After a rotation its statistics are those of another day, and reading a million ciphertexts takes seconds.
 */
export async function preferIndexes(em: EntityManager): Promise<void> {
  await sql`select set_config('enable_seqscan', 'off', true)`.execute(db(em));
}

/**
 * Rows that a retired data key has sealed, by workspace, most first. In a transaction of the caller.
 * @param workspaceId null: all of them
 */
export async function countRowsLeft(em: EntityManager, workspaceId: string | null): Promise<RowsLeft[]> {
  await preferIndexes(em);
  const perTable = sealedTables.map(
    ({ name }) => sql`
      select d.workspace_id, count(*) as n from data_key d join ${sql.table(name)} t on data_key_of(t.sealed) = d.id
      where ${ofRetired(workspaceId)} group by d.workspace_id`,
  );
  const { rows } = await sql<RowsLeft>`
    select workspace_id as "workspaceId", sum(n)::int as "rowsLeft",
      (select count(*)::int from data_key k where k.workspace_id = part.workspace_id and k.purpose = 'seal') as "dataKeys"
    from (${sql.join(perTable, sql` union all `)}) as part
    group by workspace_id order by sum(n) desc, workspace_id`.execute(db(em));
  return rows;
}

/** Some of those rows of one table, in no order. After `preferIndexes`. */
export async function findRowsLeft(
  em: EntityManager,
  table: SealedTable,
  { workspaceId, limit }: { readonly workspaceId: string | null; readonly limit: number },
): Promise<SealedRow[]> {
  const { rows } = await sql<SealedRow>`
    select ${rowColumns(table)} from data_key d join ${sql.table(table.name)} t on data_key_of(t.sealed) = d.id
    where ${ofRetired(workspaceId)} limit ${limit}`.execute(db(em));
  return rows;
}

/** How many rows one look goes over at most, of which perhaps none is left. */
const sight = 500;

/**
 * The next of those rows in the order of their ids, of a table whose primary key is `id`.
 * @returns `lastId` is where to go on; null at the end of the table
 */
export async function walkRowsLeft(
  em: EntityManager,
  table: SealedTable,
  { after, workspaceId, limit }: { after: string; workspaceId: string | null; limit: number },
): Promise<{ rows: SealedRow[]; lastId: string | null }> {
  const { rows: found } = await sql<{ last: string | null; ids: string[] | null }>`
    with seen as materialized (
      select id, data_key_of(sealed) as data_key_id from ${sql.table(table.name)}
      where id > ${after} ${workspaceId === null ? sql`` : sql`and workspace_id = ${workspaceId}`}
      order by id limit ${sight}
    )
    select max(seen.id) as last, array_agg(seen.id order by seen.id) filter (where d.id is not null) as ids
    from seen left join data_key d on d.id = seen.data_key_id and ${ofRetired(workspaceId)}`.execute(db(em));
  const [{ last, ids } = { last: null, ids: null }] = found;
  const chosen = (ids ?? []).slice(0, limit);
  if (chosen.length === 0) return { rows: [], lastId: last };
  const { rows } = await sql<SealedRow>`
    select ${rowColumns(table)} from ${sql.table(table.name)} t where t.id = any(${chosen}::text[]) order by t.id`.execute(
    db(em),
  );
  return { rows, lastId: (ids ?? []).length > limit ? (chosen.at(-1) ?? null) : last };
}
