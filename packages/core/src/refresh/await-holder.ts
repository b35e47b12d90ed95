import { sql } from 'kysely';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import { lateSeconds } from '../authorizations/late-seconds.ts';
import { queueAgain } from '../authorizations/run.ts';
import { transact, type Context } from '../context.ts';
import type { CredentialRow } from '../credentials/index.ts';
import { db } from '../db/index.ts';

/**
 * Another run presents a token of this grant at the moment. If it is of this very credential, it ends the authorization,
 * and if it does not, the reconciler hands it to a worker as soon as the lease is over. If it is of another credential
 * on the grant, its new token will be in the journal by then.
 */
export async function awaitHolder(
  ctx: Context,
  authorization: Authorization,
  credential: CredentialRow,
  holder: { readonly credentialId: string; readonly freeInSeconds: number },
): Promise<void> {
  if (holder.credentialId !== credential.id) {
    await transact(ctx, (tx) => queueAgain(tx, authorization, holder.freeInSeconds));
    return;
  }
  await sql`
    update "authorization" set next_attempt_at = now() + make_interval(secs => ${holder.freeInSeconds - lateSeconds})
    where id = ${authorization.id} and status = 'running'`.execute(db(ctx.em));
}
