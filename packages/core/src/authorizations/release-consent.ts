import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { now, secondsFromNow } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { authorizationColumns, type Authorization } from './authorization-columns.ts';
import type { ConnectInput } from './authorization.entity.ts';
import { recordAuthorizationEvent } from './authorization-event.ts';
import { newToken } from './tickets.ts';

/** Codes of providers are good for ten minutes at most. [RFC 6749 §4.1.2] */
const heldSeconds = 600;

function hashOf({ vault }: Pick<Context, 'vault'>, consentCode: string): string {
  return vault.lookupHash('consent', consentCode).toString('base64url');
}

/** What becomes of an authorization whose consent has to be verified. Its code says which browser had the consent. */
export function holdConsent(ctx: Context, connect: ConnectInput) {
  const consentCode = newToken();
  return {
    consentCode,
    columns: {
      connect: { ...connect, consentHash: hashOf(ctx, consentCode) },
      expiresAt: sql<Date>`least(expires_at, ${secondsFromNow(heldSeconds)})`,
    },
  };
}

/**
 * Lets a consent count that waited, once, in the caller's transaction: its code is exchanged.
 * @param among the authorizations it may be of @returns undefined when none of them waits with this code
 */
export async function releaseConsent(
  tx: Context,
  { among, consentCode }: { among: readonly string[]; consentCode: string },
): Promise<Authorization | undefined> {
  if (among.length === 0) return undefined;
  const row = await db(tx.em)
    .updateTable('authorization')
    .set({ status: 'queued', nextAttemptAt: now })
    .where('id', 'in', [...among])
    .where('workspaceId', '=', tx.workspaceId)
    .where('status', '=', 'awaiting_consent')
    .where(sql`connect ->> 'consentHash'`, '=', hashOf(tx, consentCode))
    .where('expiresAt', '>', now)
    .returning(authorizationColumns)
    .executeTakeFirst();
  if (row !== undefined) await recordAuthorizationEvent(tx, 'queued', row);
  return row;
}
