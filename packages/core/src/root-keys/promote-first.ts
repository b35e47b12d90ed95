import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { lockRootKeys, makePrimary } from '../vault/root-key-register.ts';
import { ofInstance } from '../workspaces/of-instance.ts';
import { processesWithout } from './live-processes.ts';
import { findRootKey } from './root-key-columns.ts';

/**
 * Promotes the key that stands first in this process's configuration, once every live process can use it. Only one that
 * never was the primary one: an old configuration does not undo a `promoteRootKey`.
 * @returns whether it did
 */
export async function promoteFirst(ctx: Context): Promise<boolean> {
  const id = ctx.vault.rootKeys.firstId();
  if (!(await isCandidate(ctx, id)) || !ctx.vault.rootKeys.ids().includes(id)) return false;
  const promoted = await transact(await ofInstance(ctx), async (tx) => {
    await lockRootKeys(tx.em, 'exclusive');
    if (!(await isCandidate(tx, id)) || (await processesWithout(tx.em, id)).length > 0) return false;
    await makePrimary(tx.em, id);
    await recordAudit(tx, {
      action: 'root_key.promote',
      subject: id,
      data: { reason: 'first in the configuration' },
    });
    return true;
  });
  if (promoted) ctx.log.info({ rootKeyId: id }, 'a new root key wraps data keys from now on');
  return promoted;
}

async function isCandidate({ em }: Pick<Context, 'em'>, id: string): Promise<boolean> {
  const { state, promotedAt } = await findRootKey(em, id);
  return state === 'known' && promotedAt === null;
}
