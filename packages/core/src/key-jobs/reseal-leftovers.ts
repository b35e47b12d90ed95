import { transact, type Context } from '../context.ts';
import { resealRows } from './reseal-rows.ts';
import { findRowsLeft, preferIndexes } from './rows-left.ts';
import { sealedTables } from './sealed-tables.ts';

/**
 * Seals a few rows anew that came under a retired data key after its rotation: a token answer from a spill file, or what
 * was sealed before and committed later. So that none stays there for ever, a batch now and then is enough.
 * @returns how many
 */
export async function resealLeftovers(ctx: Context, limit: number): Promise<number> {
  return transact(ctx, async (tx) => {
    await preferIndexes(tx.em);
    let done = 0;
    for (const table of sealedTables) {
      const rows = await findRowsLeft(tx.em, table, { workspaceId: null, limit });
      done += (await resealRows(tx, table, rows)).done;
    }
    return done;
  });
}
