import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import { lockRootKeys } from '../vault/root-key-register.ts';
import { ofInstance } from '../workspaces/of-instance.ts';
import { findRootKey, type RegisteredKey } from './root-key-columns.ts';

/**
 * Ends a root key for good: it is not promoted any more, and processes start without it. Its proof stays, so that no
 * other key ever takes its id.
 * @throws Problem `root_key_not_found`, `root_key_in_use` while it is the primary one or wraps data keys
 */
export async function retireRootKey(ctx: Context, { id }: { id: string }): Promise<RegisteredKey> {
  return transact(await ofInstance(ctx), async (tx) => {
    await lockRootKeys(tx.em, 'exclusive');
    const key = await findRootKey(tx.em, id);
    if (key.state === 'retired') return key;
    const dataKeys = await lockAndCount(tx, id);
    if (key.state === 'primary')
      throw inUse(`"${id}" is the primary key. Promote another one first.`, dataKeys);
    if (dataKeys > 0)
      throw inUse(`"${id}" wraps ${dataKeys} data key(s). Wrap them anew first (rewrap).`, dataKeys);
    await db(tx.em)
      .updateTable('root_key_check')
      .set({ state: 'retired', retiredAt: now })
      .where('keyId', '=', id)
      .execute();
    await recordAudit(tx, { action: 'root_key.retire', subject: id });
    return findRootKey(tx.em, id);
  });
}

/** Whoever wraps a data key with it meanwhile is waited for, or finds it retired. */
async function lockAndCount(tx: Context, id: string): Promise<number> {
  await db(tx.em)
    .selectFrom('root_key_check')
    .select('keyId')
    .where('keyId', '=', id)
    .forNoKeyUpdate()
    .execute();
  const { count } = await db(tx.em)
    .selectFrom('data_key')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('rootKeyId', '=', id)
    .executeTakeFirstOrThrow();
  return count;
}

function inUse(detail: string, dataKeys: number): Problem {
  return new Problem('root_key_in_use', { detail, extensions: { dataKeys } });
}
