import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { acrossWorkspaces, db } from '../db/index.ts';
import { countRowsLeft, preferIndexes, type RowsLeft } from '../key-jobs/rows-left.ts';
import { liveProcesses, type LiveProcess } from './live-processes.ts';
import { rootKeyColumns, type RegisteredKey } from './root-key-columns.ts';

export interface RootKeyView extends RegisteredKey {
  /** How many data keys it wraps. */
  readonly dataKeys: number;
  /** Live processes that can use it. */
  readonly knownBy: string[];
}

export interface RootKeyList {
  readonly rootKeys: RootKeyView[];
  readonly processes: LiveProcess[];
  readonly dataKeys: {
    readonly current: number;
    readonly retired: number;
    /** Rows that a retired data key has sealed, counted up to `mostRows` per kind of row. */
    readonly rowsLeft: number;
  };
  /** Those with the most rows on retired data keys, at most 100, and none without any. */
  readonly workspaces: RowsLeft[];
}

const mostWorkspaces = 100;
/** Counting a million would take seconds, and what a rotation has left to do is in its job. */
const mostRows = 10_000;

/** Which root keys there are, what each still wraps, who can use it, and what rotations of data keys have left to do. */
export async function listRootKeys(ctx: Context): Promise<RootKeyList> {
  const all = acrossWorkspaces(ctx.em);
  const rows = await db(all)
    .selectFrom('root_key_check')
    .select(rootKeyColumns)
    .select((query) =>
      query
        .selectFrom('data_key')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .whereRef('data_key.rootKeyId', '=', 'root_key_check.keyId')
        .$asScalar()
        .$notNull()
        .as('dataKeys'),
    )
    .orderBy('createdAt')
    .orderBy('keyId')
    .execute();
  const processes = await liveProcesses(all);
  const { rows: counted } = await sql<{ current: number; retired: number }>`
    select count(*) filter (where retired_at is null)::int as current, count(retired_at)::int as retired
    from data_key where purpose = 'seal'`.execute(db(all));
  const left = await all.transactional(async (em) => {
    await preferIndexes(em);
    return countRowsLeft(em, { most: mostRows });
  });
  return {
    rootKeys: rows.map((row) => ({
      ...row,
      knownBy: processes.filter(({ rootKeyIds }) => rootKeyIds.includes(row.id)).map(({ id }) => id),
    })),
    processes,
    dataKeys: {
      current: counted[0]?.current ?? 0,
      retired: counted[0]?.retired ?? 0,
      rowsLeft: left.reduce((sum, { rowsLeft }) => sum + rowsLeft, 0),
    },
    workspaces: left.slice(0, mostWorkspaces),
  };
}
