import { sql } from 'kysely';
import { visibleTo } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import { queueAuthorization } from '../authorizations/queue-authorization.ts';
import { transact, type Context } from '../context.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import { credentialColumns } from './credential-columns.ts';
import { getCredential } from './get-credential.ts';
import { passDefaultOn } from './pass-default-on.ts';
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
      .where(visibleTo(tx.actor, sql`array[credential.id]`))
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
