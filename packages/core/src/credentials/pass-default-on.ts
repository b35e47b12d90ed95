import type { Context } from '../context.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { credentialColumns } from './credential-columns.ts';
import { recordCredentialEvent } from './credential-event.ts';

/** The oldest credential that the workspace sees becomes the default of a provider that has none. */
export async function passDefaultOn(tx: Context, provider: string): Promise<void> {
  const heir = await db(tx.em)
    .updateTable('credential')
    .set({ isDefault: true, updatedAt: now })
    .where('id', '=', (query) =>
      query
        .selectFrom('credential')
        .select('id')
        .where('workspaceId', '=', tx.workspaceId)
        .where('provider', '=', provider)
        .where('status', '<>', 'revoking')
        .where('visibility', '=', 'workspace')
        .orderBy('createdAt')
        .orderBy('id')
        .limit(1),
    )
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('credential as other')
            .select('other.id')
            .where('other.workspaceId', '=', tx.workspaceId)
            .where('other.provider', '=', provider)
            .where('other.isDefault', '=', true),
        ),
      ),
    )
    .returning(credentialColumns)
    .executeTakeFirst();
  if (heir !== undefined) await recordCredentialEvent(tx, 'default_changed', heir);
}
