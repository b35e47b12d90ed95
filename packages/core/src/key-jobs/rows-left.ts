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

const isRetired = sql`d.retired_at is not null and d.purpose = 'seal'`;
const inWorkspace = (alias: string, workspaceId: string | null) =>
  workspaceId === null ? sql`true` : sql`${sql.ref(`${alias}.workspace_id`)} = ${workspaceId}`;

/**
 * In the caller's transaction: rows are looked up in the indexes by data key, whatever the planner thinks of reading a
 * table instead. After a rotation its statistics are those of another day, and a million ciphertexts take seconds.
 */
export async function preferIndexes(em: EntityManager): Promise<void> {
  await sql`select set_config('enable_seqscan', 'off', true)`.execute(db(em));
}

/** One lookup per retired data key; `offset 0` keeps the planner from turning it round. */
function rowsOfRetired(table: SealedTable, columns: ReturnType<typeof rowColumns>) {
  return sql`data_key d cross join lateral (
    select ${columns} from ${sql.table(table.name)} t
    where t.data_key_id = d.id offset 0
  ) found`;
}

/**
 * Rows that a retired data key has sealed, by workspace, most first. After `preferIndexes`.
 * @param options `most`: of one table no more are counted
 */
export async function countRowsLeft(em: EntityManager, { most }: { most: number }): Promise<RowsLeft[]> {
  const perTable = sealedTables.map(
    (table) =>
      sql`(select d.workspace_id from ${rowsOfRetired(table, sql`1`)} where ${isRetired} limit ${most})`,
  );
  const { rows } = await sql<RowsLeft>`
    select workspace_id as "workspaceId", count(*)::int as "rowsLeft",
      (select count(*)::int from data_key k where k.workspace_id = part.workspace_id and k.purpose = 'seal') as "dataKeys"
    from (${sql.join(perTable, sql` union all `)}) as part
    group by workspace_id order by count(*) desc, workspace_id`.execute(db(em));
  return rows;
}

/** Some of those rows of one table, in no order. After `preferIndexes`. */
export async function findRowsLeft(
  em: EntityManager,
  table: SealedTable,
  { workspaceId, limit }: { readonly workspaceId: string | null; readonly limit: number },
): Promise<SealedRow[]> {
  const { rows } = await sql<SealedRow>`
    select found.* from ${rowsOfRetired(table, rowColumns(table))}
    where ${isRetired} and ${inWorkspace('d', workspaceId)} limit ${limit}`.execute(db(em));
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
  const { rows: looked } = await sql<{ last: string | null; ids: string[] | null }>`
    with seen as materialized (
      select t.id, t.data_key_id from ${sql.table(table.name)} t
      where t.id > ${after} and ${inWorkspace('t', workspaceId)} order by t.id limit ${sight}
    )
    select max(seen.id) as last, array_agg(seen.id order by seen.id) filter (where d.id is not null) as ids
    from seen left join data_key d on d.id = seen.data_key_id and ${isRetired}`.execute(db(em));
  const [{ last, ids } = { last: null, ids: null }] = looked;
  const chosen = (ids ?? []).slice(0, limit);
  if (chosen.length === 0) return { rows: [], lastId: last };
  const { rows } = await sql<SealedRow>`
    select ${rowColumns(table)} from ${sql.table(table.name)} t
    where t.id = any(${chosen}::text[]) order by t.id`.execute(db(em));
  return { rows, lastId: (ids ?? []).length > limit ? (chosen.at(-1) ?? null) : last };
}

/** How many rows have a ciphertext: after its data key was replaced, those of a workspace are all left. */
export async function countSealed(em: EntityManager, workspaceId: string | null): Promise<number> {
  const counts = sealedTables.map(
    ({ name }) => sql`(
      select count(*) from ${sql.table(name)} t where t.sealed is not null and ${inWorkspace('t', workspaceId)}
    )`,
  );
  const { rows } = await sql<{ count: number }>`
    select (${sql.join(counts, sql` + `)})::int as count`.execute(db(em));
  return rows[0]?.count ?? 0;
}
