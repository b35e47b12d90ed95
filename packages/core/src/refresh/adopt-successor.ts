import { sql } from 'kysely';
import { recordAudit } from '../audit/index.ts';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import { queueAuthorization } from '../authorizations/queue-authorization.ts';
import { succeed } from '../authorizations/run.ts';
import { grantFingerprint } from '../authorizations/token-changes.ts';
import { transact, type Context } from '../context.ts';
import {
  soundColumns,
  recordCredentialEvent,
  credentialColumns,
  sealPayload,
  type CredentialRow,
} from '../credentials/index.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { findSuccessor } from './find-successor.ts';
import { openJournalEntry } from './journal-entry.ts';

/**
 * Takes over a token from the journal instead of asking the provider for another one.
 * @returns whether there was one, and with it the authorization ended
 */
export async function adoptSuccessor(
  ctx: Context,
  authorization: Authorization,
  credential: CredentialRow,
): Promise<boolean> {
  const entry = await findSuccessor(ctx.em, credential);
  if (entry === undefined) return false;
  const { payload, ...times } = await openJournalEntry(ctx, entry);
  if (payload.kind !== 'oauth2') return false;
  const tokenVersion = credential.tokenVersion + 1;
  const sealed = await sealPayload(ctx, { ...credential, tokenVersion }, payload);
  const adopted = await transact(ctx, async (tx) => {
    const written = await db(tx.em)
      .updateTable('credential')
      .set({
        ...soundColumns,
        ...times,
        sealed,
        tokenVersion,
        scopes: payload.scopes,
        grantFingerprint: grantFingerprint(tx, payload),
        fence: sql<number>`fence + 1`,
        leaseOwner: null,
        leaseUntil: null,
        updatedAt: now,
      })
      .where('id', '=', credential.id)
      .where('status', '=', 'active')
      .where('tokenVersion', '=', credential.tokenVersion)
      .where((where) => where.or([where('leaseUntil', 'is', null), where('leaseUntil', '<', now)]))
      .returning([...credentialColumns, 'grantFingerprint'])
      .executeTakeFirst();
    if (written === undefined) return false;
    const source = entry.source === 'spill' ? 'spill' : 'journal';
    await recordCredentialEvent(tx, 'refreshed', written, {
      attemptId: null,
      outcome: 'adopted',
      takeover: false,
      source,
      providerStatus: null,
    });
    await recordAudit(tx, {
      action: 'token.refresh',
      subject: credential.id,
      data: { tokenVersion, reason: source },
    });
    await succeed(tx, authorization.id);
    // Another credential on this grant may be several refreshes ahead.
    if ((await findSuccessor(tx.em, written)) !== undefined)
      await queueAuthorization(tx, { kind: 'refresh_token', credential: written, reason: 'grant' });
    ctx.crashPoint('adopting');
    return true;
  });
  if (adopted) {
    ctx.meters.refreshEnded({
      provider: credential.provider,
      outcome: 'adopted',
      takeover: false,
      seconds: null,
    });
    ctx.meters.takeoverDecided({ provider: credential.provider, decision: 'adopted' });
  }
  return adopted;
}
