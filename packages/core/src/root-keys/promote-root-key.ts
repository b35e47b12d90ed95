import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { Problem } from '../errors.ts';
import { lockRootKeys, makePrimary } from '../vault/root-key-register.ts';
import { ofInstance } from '../workspaces/of-instance.ts';
import { processesWithout } from './live-processes.ts';
import { findRootKey, type RegisteredKey } from './root-key-columns.ts';

/**
 * Makes a root key the one that wraps new data keys; those that another one wraps stay as they are.
 * @throws Problem `root_key_not_found`, `root_key_retired`, `root_key_not_everywhere`
 */
export async function promoteRootKey(ctx: Context, { id }: { id: string }): Promise<RegisteredKey> {
  return transact(await ofInstance(ctx), async (tx) => {
    await lockRootKeys(tx.em, 'exclusive');
    const key = await findRootKey(tx.em, id);
    if (key.state === 'primary') return key;
    if (key.state === 'retired')
      throw new Problem('root_key_retired', { detail: `Add a new key under another id than "${id}".` });
    const without = await processesWithout(tx.em, id);
    if (without.length > 0) {
      throw new Problem('root_key_not_everywhere', {
        detail: `${without.length} process(es) cannot use the key "${id}": ${without.slice(0, 20).join(', ')}.`,
        extensions: { processes: without },
      });
    }
    await makePrimary(tx.em, id);
    await recordAudit(tx, { action: 'root_key.promote', subject: id });
    return findRootKey(tx.em, id);
  });
}
