import { sql } from 'kysely';
import { recordAudit } from '../audit/index.ts';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import { queueAuthorization } from '../authorizations/queue-authorization.ts';
import { transact, type Context } from '../context.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import { credentialColumns } from './credential-columns.ts';
import { recordCredentialEvent } from './credential-event.ts';
import { getCredential } from './get-credential.ts';
import { lockProvider } from './place-among-others.ts';
import { credentialStatusesBefore } from './status.ts';

/**
 * Takes the credential out of use at once and queues its revocation at the provider; the local secrets are erased
 * whatever comes of that.
 * @throws Problem `credential_not_found`, `credential_in_use` (leased in the last 24 hours and not `force`)
 */
export async function deleteCredential(
  ctx: Context,
  { id, force }: { id: string; force: boolean },
): Promise<Authorization> {
  const { provider } = await getCredential(ctx, { id });
  return transact(ctx, async (tx) => {
    await lockProvider(tx, provider);
    const removed = await db(tx.em)
      .updateTable('credential')
      .set({
        status: 'revoking',
        isDefault: false,
        nextRefreshAt: null,
        nextValidationAt: null,
        updatedAt: now,
      })
      .where('id', '=', id)
      .where('status', 'in', credentialStatusesBefore('revoking'))
      .$if(!force, (query) =>
        query.where((where) =>
          where.or([
            where('lastUsedAt', 'is', null),
            where('lastUsedAt', '<', sql<Date>`now() - interval '24 hours'`),
          ]),
        ),
      )
      .returning(credentialColumns)
      .executeTakeFirst();
    if (removed === undefined) return alreadyRevoking(tx, id);
    await passDefaultOn(tx, provider);
    await recordAudit(tx, {
      action: 'credential.delete',
      subject: id,
      data: { provider, name: removed.name, force },
    });
    return queueAuthorization(tx, { kind: 'revoke', credential: removed, reason: 'user' });
  });
}

async function alreadyRevoking(tx: Context, id: string): Promise<Authorization> {
  const credential = await getCredential(tx, { id });
  if (credential.status !== 'revoking') {
    throw new Problem('credential_in_use', {
      detail: `It was last leased at ${credential.lastUsedAt?.toISOString() ?? 'an unknown time'}. Repeat with force=true to delete it anyway.`,
      extensions: { lastUsedAt: credential.lastUsedAt },
    });
  }
  return queueAuthorization(tx, { kind: 'revoke', credential, reason: 'user' });
}

/** The oldest credential that is left becomes the default when the default is gone. */
async function passDefaultOn(tx: Context, provider: string): Promise<void> {
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
