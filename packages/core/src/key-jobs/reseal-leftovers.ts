import { inAllWorkspaces, transact, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import { resealRows } from './reseal-rows.ts';
import { findRowsLeft, preferIndexes } from './rows-left.ts';
import { sealedTables } from './sealed-tables.ts';

/**
 * Seals a few rows anew that came under a retired data key after its rotation: a token answer from a spill file, or what
 * was sealed before and committed later. A batch now and then is enough, so that none stays there for ever; a rotation
 * that is under way finds them by itself.
 * @returns how many
 */
export async function resealLeftovers(ctx: Context, limit: number): Promise<number> {
  return transact(inAllWorkspaces(ctx), async (tx) => {
    if (await isRotating(tx)) return 0;
    await preferIndexes(tx.em);
    let done = 0;
    for (const table of sealedTables) {
      const rows = await findRowsLeft(tx.em, table, { workspaceId: null, limit });
      done += (await resealRows(tx, table, rows)).done;
    }
    return done;
  });
}

async function isRotating({ em }: Context): Promise<boolean> {
  const job = await db(em)
    .selectFrom('key_job')
    .select('id')
    .where('kind', '=', 'rotate_data')
    .where('status', '=', 'running')
    .executeTakeFirst();
  return job !== undefined;
}
