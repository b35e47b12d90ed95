import { checkKey, type KeyCheck } from '../auth-methods/index.ts';
import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import {
  credentialColumns,
  credentialStatusesBefore,
  findCredential,
  openPayloadOf,
  recordCredentialEvent,
  type Credential,
  type CredentialRow,
} from '../credentials/index.ts';
import { now, secondsFromNow } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { failures, type Failure } from '../errors.ts';
import { apiKeyMethod } from '../providers/index.ts';
import type { Authorization } from './authorization-columns.ts';
import { begin, fail, queueAgain, retryOrFail, succeed } from './run.ts';

/** Asks the provider about a key. Accepted, rejected and undecided are three different things. */
export async function validateKey(
  ctx: Context,
  { authorizationId }: { authorizationId: string },
): Promise<void> {
  const authorization = await begin(ctx, authorizationId, 'validate_key');
  if (authorization === null) return;
  const credential = await findCredential(ctx, authorization.credentialId ?? '');
  const provider = ctx.catalogue.get(authorization.provider);
  const method = provider === undefined ? null : apiKeyMethod(provider);
  if (
    credential === undefined ||
    credential.status === 'revoking' ||
    provider === undefined ||
    method === null
  ) {
    await transact(ctx, (tx) =>
      fail(tx, authorizationId, { code: 'credential_gone', message: failures.credential_gone.message }),
    );
    return;
  }
  const { fields } = await openPayloadOf(ctx, 'api_key', credential);
  const verdict = await checkKey(ctx.fetch, provider, method, fields);
  await transact(ctx, (tx) => settle(tx, authorization, credential, verdict));
}

async function settle(
  tx: Context,
  authorization: Authorization,
  credential: CredentialRow,
  verdict: KeyCheck,
): Promise<void> {
  if (!(await isOurs(tx, authorization, credential))) return;
  const changed = await db(tx.em)
    .updateTable('credential')
    .set({ ...changesBy(verdict), nextValidationAt: nextValidationAt(tx), updatedAt: now })
    .where('id', '=', credential.id)
    .where('tokenVersion', '=', credential.tokenVersion)
    .where('status', 'in', statusesThatMay(verdict))
    .returning(credentialColumns)
    .executeTakeFirst();
  if (changed === undefined) {
    // The key was replaced while the old one was being checked: the verdict is about a key that is gone.
    await queueAgain(tx, authorization, 0);
    return;
  }
  await recordAudit(tx, {
    action: 'key.validate',
    subject: credential.id,
    data: { outcome: verdict.outcome },
  });
  if (verdict.outcome === 'accepted') {
    if (credential.status !== 'active') await recordCredentialEvent(tx, 'activated', changed);
    await succeed(tx, authorization.id);
  } else if (verdict.outcome === 'rejected') {
    if (credential.status !== 'invalid') await recordCredentialEvent(tx, 'invalid', changed);
    await fail(tx, authorization.id, { code: 'key_rejected', message: verdict.detail });
  } else if (!(await retryOrFail(tx, authorization, verdict.failure)) && changed.status === 'pending') {
    await doNotStayPending(tx, changed, verdict.failure);
  }
}

/** Nobody would look at a new key again: it is tried later, or a person must act, and the credential says so. */
async function doNotStayPending(tx: Context, credential: Credential, failure: Failure): Promise<void> {
  const changed = await db(tx.em)
    .updateTable('credential')
    .set(failure.retryable ? { nextValidationAt: secondsFromNow(3600) } : { status: 'invalid' })
    .where('id', '=', credential.id)
    .returning(credentialColumns)
    .executeTakeFirstOrThrow();
  if (changed.status === 'invalid') await recordCredentialEvent(tx, 'invalid', changed);
}

/** Not when another delivery of the same job was faster. Locks the credential, so that of two one comes first. */
async function isOurs(
  tx: Context,
  authorization: Authorization,
  credential: CredentialRow,
): Promise<boolean> {
  await db(tx.em).selectFrom('credential').select('id').where('id', '=', credential.id).forUpdate().execute();
  const running = await db(tx.em)
    .selectFrom('authorization')
    .select('id')
    .where('id', '=', authorization.id)
    .where('status', '=', 'running')
    .executeTakeFirst();
  return running !== undefined;
}

function changesBy(verdict: KeyCheck) {
  switch (verdict.outcome) {
    case 'accepted':
      return {
        status: 'active' as const,
        health: 'ok' as const,
        accountId: verdict.account?.id ?? null,
        accountName: verdict.account?.name ?? null,
        accountAvatarUrl: verdict.account?.avatarUrl ?? null,
        notice: verdict.notice,
        lastErrorCode: null,
        lastErrorMessage: null,
        lastErrorAt: null,
      };
    case 'rejected':
      return {
        status: 'invalid' as const,
        lastErrorCode: 'key_rejected' as const,
        lastErrorMessage: verdict.detail,
        lastErrorAt: now,
      };
    case 'undecided':
      return {
        lastErrorCode: verdict.failure.code,
        lastErrorMessage: verdict.failure.message,
        lastErrorAt: now,
      };
  }
}

function statusesThatMay(verdict: KeyCheck) {
  if (verdict.outcome === 'accepted') return ['active' as const, ...credentialStatusesBefore('active')];
  if (verdict.outcome === 'rejected') return ['invalid' as const, ...credentialStatusesBefore('invalid')];
  return ['pending' as const, 'active' as const, 'invalid' as const];
}

/** With up to 10 % of jitter, so that keys added together are not re-checked together. */
function nextValidationAt(ctx: Context) {
  const hours = ctx.settings.keyRecheckHours;
  return hours === 0 ? null : secondsFromNow(hours * 3600 * (1 + Math.random() / 10));
}
