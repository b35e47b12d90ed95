import { recordAudit } from '../audit/index.ts';
import { queueAuthorization } from '../authorizations/queue-authorization.ts';
import { queueNow, succeed } from '../authorizations/run.ts';
import { inWorkspace, transact, type Context } from '../context.ts';
import { recordCredentialEvent, soundColumns } from '../credentials/index.ts';
import { acrossWorkspaces, db } from '../db/index.ts';
import { unflagOAuthClient } from '../oauth-clients/index.ts';
import type { Presentation, SealedAnswer } from './answer.ts';
import { findSuccessor } from './find-successor.ts';
import { recordPass } from './gate-pass.ts';
import { resolveAttempt } from './open-attempts.ts';

/**
 * `stored`: the credential has it. `fenced_out`: the journal has it, and the next run adopts it. `gone`, `replaced`:
 * nobody will ever use it.
 */
type Stored = 'stored' | 'fenced_out' | 'gone' | 'replaced';

/**
 * Step 4 of the refresh protocol: the answer goes into the journal whoever holds the lease by now, and into the
 * credential only under our fence. Safe to repeat when nobody knows whether the commit arrived.
 */
export async function storeAnswer(ctx: Context, at: Presentation, answer: SealedAnswer): Promise<Stored> {
  return transact(ctx, async (tx) => {
    const stored = await store(tx, at, answer);
    await recordPass(tx, at, { kind: 'answered' });
    ctx.crashPoint('storing');
    return stored;
  });
}

async function store(tx: Context, at: Presentation, answer: SealedAnswer): Promise<Stored> {
  const { authorization, credential, held } = at;
  const current = await lock(tx, credential.id);
  const errorCode = current === undefined ? 'credential_gone' : null;
  await resolveAttempt(tx, held, { state: 'succeeded', errorCode, providerStatus: 200 });
  if (current === undefined) return 'gone';
  await db(tx.em)
    .insertInto('token_journal')
    .values(answer.journal)
    .onConflict((conflict) => conflict.column('attemptId').doNothing())
    .execute();
  if (current.grantId !== credential.grantId) {
    await succeed(tx, authorization.id);
    return 'replaced';
  }
  const written = await tx.refreshLease.release(tx, held, { ...soundColumns, ...answer.columns });
  if (written === undefined) {
    const again = await queueNow(tx, authorization.id);
    // Who took over may have adopted the answer from its spill file already: a run would present the token that came.
    const waits = again === undefined && current.status === 'active';
    if (waits && (await findSuccessor(tx.em, current)) !== undefined)
      await queueAuthorization(tx, { kind: 'refresh_token', credential: current, reason: 'grant' });
    return 'fenced_out';
  }
  await queueSiblings(tx, at, answer);
  await recordCredentialEvent(tx, 'refreshed', written, {
    attemptId: held.attemptId,
    outcome: 'succeeded',
    takeover: held.takeover,
    source: 'answer',
    providerStatus: 200,
  });
  await recordAudit(tx, {
    action: 'token.refresh',
    subject: credential.id,
    data: { tokenVersion: written.tokenVersion, reason: authorization.reason },
  });
  await unflagOAuthClient(tx, { provider: at.provider.id, client: at.client });
  await succeed(tx, authorization.id);
  return 'stored';
}

/** Locks the row, so that a deletion or a new connection at the same moment comes before or after, not in between. */
async function lock(tx: Context, id: string) {
  return db(tx.em)
    .selectFrom('credential')
    .select(['id', 'provider', 'status', 'tokenVersion', 'grantId', 'grantFingerprint'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** Other credentials on the grant take the new token from the journal: the one that they hold is used up. */
async function queueSiblings(tx: Context, { credential }: Presentation, answer: SealedAnswer): Promise<void> {
  const presented = credential.grantFingerprint;
  if (presented === null || presented.equals(answer.columns.grantFingerprint)) return;
  const siblings = await db(acrossWorkspaces(tx.em))
    .selectFrom('credential')
    .select(['id', 'workspaceId', 'provider', 'tokenVersion'])
    .where('grantFingerprint', '=', presented)
    .where('provider', '=', credential.provider)
    .where('id', '<>', credential.id)
    .where('status', '=', 'active')
    .execute();
  for (const sibling of siblings) {
    await queueAuthorization(inWorkspace(tx, sibling.workspaceId), {
      kind: 'refresh_token',
      credential: sibling,
      reason: 'grant',
    });
  }
}
