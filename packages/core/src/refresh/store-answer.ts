import type { OAuthClient, TokenGrant } from '../auth-methods/index.ts';
import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import {
  recordCredentialEvent,
  sealPayload,
  type CredentialRow,
  type OAuthPayload,
} from '../credentials/index.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { newId } from '../ids.ts';
import { unflagOAuthClient } from '../oauth-clients/index.ts';
import { requireOAuth2 } from '../providers/require-provider.ts';
import type { Provider } from '../providers/index.ts';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import { endGrant } from '../authorizations/end-grant.ts';
import { sealJournalEntry } from './journal-entry.ts';
import { releaseWith, resolveAttempt, type Held } from './refresh-lease.ts';
import { queueAgain, succeed } from '../authorizations/run.ts';
import { grantFingerprint, tokenChanges, toPayload } from '../authorizations/token-changes.ts';

interface Refreshed {
  readonly authorization: Authorization;
  readonly credential: CredentialRow;
  readonly provider: Provider;
  readonly client: OAuthClient;
  readonly payload: OAuthPayload;
  readonly held: Held;
  readonly grant: TokenGrant;
}

/**
 * Step 4 of the refresh protocol: the answer goes into the journal whoever holds the lease by now, and into the
 * credential only under our fence. Safe to repeat when nobody knows whether the commit arrived.
 */
export async function storeRefresh(ctx: Context, at: Refreshed): Promise<void> {
  const { authorization, credential, held, grant } = at;
  const payload = toPayload(grant, at.payload);
  const tokenVersion = credential.tokenVersion + 1;
  const times = tokenChanges(requireOAuth2(at.provider), grant, payload, held.presentedAt);
  const sealed = await sealPayload(ctx, { ...credential, tokenVersion }, payload);
  const entry = {
    id: newId('journal'),
    workspaceId: ctx.workspaceId,
    tokenVersion,
    keySalt: ctx.vault.newSalt(),
  };
  const journal = await sealJournalEntry(ctx, entry, { payload, ...times });

  const stored = await transact(ctx, async (tx) => {
    if (!(await exists(tx, credential.id))) {
      await resolveAttempt(tx, held, 'succeeded', 'credential_gone');
      return false;
    }
    await db(tx.em)
      .insertInto('token_journal')
      .values({
        ...entry,
        credentialId: credential.id,
        attemptId: held.attemptId,
        fence: held.fence,
        sealed: journal,
      })
      .onConflict((conflict) => conflict.column('attemptId').doNothing())
      .execute();
    await resolveAttempt(tx, held, 'succeeded');
    const written = await releaseWith(tx, held, {
      ...times,
      sealed,
      tokenVersion,
      scopes: payload.scopes,
      grantFingerprint: grantFingerprint(ctx, payload),
      lastRefreshedAt: now,
      health: 'ok',
      refreshFailures: 0,
      lastErrorCode: null,
      lastErrorMessage: null,
      lastErrorAt: null,
    });
    if (written === undefined) {
      // Fenced out: the next run finds a newer token, or adopts this one from the journal.
      await queueAgain(tx, authorization, 1);
      return true;
    }
    await recordCredentialEvent(tx, 'refreshed', written);
    await recordAudit(tx, {
      action: 'token.refresh',
      subject: credential.id,
      data: { tokenVersion, reason: authorization.reason },
    });
    await unflagOAuthClient(tx, { provider: at.provider.id, client: at.client });
    await succeed(tx, authorization.id);
    return true;
  });
  if (stored) return;
  // Deleted while the answer was on its way: nobody will ever use this token, so it must not stay alive.
  const { provider, client } = at;
  await endGrant(ctx, {
    provider,
    client,
    payload,
    credentialId: credential.id,
    accountId: credential.accountId,
  });
}

/** Locks the row, so that a deletion at the same moment comes before or after, not in between. */
async function exists(tx: Context, id: string): Promise<boolean> {
  const row = await db(tx.em)
    .selectFrom('credential')
    .select('id')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}
