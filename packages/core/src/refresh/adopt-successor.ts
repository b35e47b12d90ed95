import { sql } from 'kysely';
import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import {
  recordCredentialEvent,
  credentialColumns,
  sealPayload,
  type CredentialRow,
} from '../credentials/index.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import { openJournalEntry } from './journal-entry.ts';
import { succeed } from '../authorizations/run.ts';
import { grantFingerprint } from '../authorizations/token-changes.ts';

/**
 * Takes over a token that was received for the version after the current one by somebody who had lost the lease by
 * then: it may be the only valid one. @returns whether there was one
 */
export async function adoptFromJournal(
  ctx: Context,
  authorization: Authorization,
  credential: CredentialRow,
): Promise<boolean> {
  const entry = await db(ctx.em)
    .selectFrom('token_journal')
    .selectAll()
    .where('credentialId', '=', credential.id)
    .where('tokenVersion', '=', credential.tokenVersion + 1)
    .orderBy('fence', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (entry === undefined) return false;
  const { payload, ...times } = await openJournalEntry(ctx, entry);
  if (payload.kind !== 'oauth2') return false;
  const sealed = await sealPayload(ctx, { ...credential, tokenVersion: entry.tokenVersion }, payload);
  return transact(ctx, async (tx) => {
    const adopted = await db(tx.em)
      .updateTable('credential')
      .set({
        sealed,
        ...times,
        tokenVersion: entry.tokenVersion,
        scopes: payload.scopes,
        grantFingerprint: grantFingerprint(tx, payload),
        fence: sql<number>`fence + 1`,
        leaseOwner: null,
        leaseUntil: null,
        health: 'ok',
        refreshFailures: 0,
        lastErrorCode: null,
        lastErrorMessage: null,
        lastErrorAt: null,
        lastRefreshedAt: now,
        updatedAt: now,
      })
      .where('id', '=', credential.id)
      .where('status', '=', 'active')
      .where('tokenVersion', '=', credential.tokenVersion)
      .where((where) => where.or([where('leaseUntil', 'is', null), where('leaseUntil', '<', now)]))
      .returning(credentialColumns)
      .executeTakeFirst();
    if (adopted === undefined) return false;
    await recordCredentialEvent(tx, 'refreshed', adopted);
    await recordAudit(tx, {
      action: 'token.refresh',
      subject: credential.id,
      data: { tokenVersion: adopted.tokenVersion, reason: 'journal' },
    });
    await succeed(tx, authorization.id);
    return true;
  });
}
