import type { Visibility } from '../access/index.ts';
import type { Context } from '../context.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import type { CredentialRow } from './credential-columns.ts';
import { recordCredentialEvent } from './credential-event.ts';
import { passDefaultOn } from './pass-default-on.ts';

/**
 * Who sees a credential is for its owner to say, in the caller's transaction under the lock of the provider. One that
 * becomes private is the default no longer; one that becomes the workspace's is the default where there is none.
 * @throws Problem `owner_only`
 */
export async function changeVisibility(
  tx: Context,
  row: CredentialRow,
  visibility: Visibility,
): Promise<void> {
  if (visibility === row.visibility) return;
  if (row.owner === null || row.owner !== tx.actor.subject) throw new Problem('owner_only');
  await db(tx.em)
    .updateTable('credential')
    .set({ visibility, isDefault: false, updatedAt: now })
    .where('id', '=', row.id)
    .execute();
  await passDefaultOn(tx, row.provider);
  await recordCredentialEvent(tx, 'visibility_changed', row);
}
