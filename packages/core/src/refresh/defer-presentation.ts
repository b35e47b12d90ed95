import type { Authorization } from '../authorizations/authorization-columns.ts';
import { errorColumns, queueAgain } from '../authorizations/run.ts';
import type { Context } from '../context.ts';
import type { CredentialRow } from '../credentials/index.ts';
import { secondsFromNow } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { failures } from '../errors.ts';

interface Deferred {
  readonly authorization: Authorization;
  readonly credential: Pick<CredentialRow, 'id' | 'provider'>;
}

/**
 * Queues the authorization for the moment at which its token may be presented, in the caller's transaction.
 * @param lateSeconds until a token with an unknown end is presented again; null: it has none, only the back-off runs
 * @param backOffSeconds until the back-off of the credential is over; 0 or less: none runs
 */
export async function deferPresentation(
  tx: Context,
  { authorization, credential }: Deferred,
  lateSeconds: number | null,
  backOffSeconds: number,
): Promise<void> {
  const seconds = Math.max(lateSeconds ?? 0, backOffSeconds, 1);
  if (lateSeconds === null) return queueAgain(tx, authorization, seconds);
  await db(tx.em)
    .updateTable('credential')
    .set({ refreshNotBefore: secondsFromNow(seconds) })
    .where('id', '=', credential.id)
    .execute();
  const code = 'refresh_interrupted';
  await queueAgain(tx, authorization, seconds, errorColumns({ code, message: failures[code].message }));
  tx.meters.takeoverDecided({ provider: credential.provider, decision: 'deferred' });
}
