import type { Authorization } from '../authorizations/authorization-columns.ts';
import { begin, fail, queueAgain, succeed } from '../authorizations/run.ts';
import { transact, type Context } from '../context.ts';
import { findCredential, type CredentialRow } from '../credentials/index.ts';
import { requireOAuth2 } from '../providers/require-provider.ts';
import { replaySpillOf } from '../spill/index.ts';
import { adoptSuccessor } from './adopt-successor.ts';
import { awaitHolder } from './await-holder.ts';
import { endSpilledGrant } from './end-late-grant.ts';
import { returnPass } from './gate-pass.ts';
import { prepare, type Prepared } from './prepare.ts';
import { present } from './present.ts';
import type { Acquired, RefreshLease } from './refresh-lease.ts';

/** A row that changes while it is read is read again this often; then the run is left to a later one. */
const mostLooks = 3;

/**
 * Refreshes one token by the protocol of docs/architecture.md: lease and fence, attempt, journal, classification.
 * @param signal another worker may have the same job. Before the token is presented that ends the run, and changes
 *   nothing; a request that was sent is protected by the lease, and its answer may be the only valid token
 */
export async function refreshToken(
  ctx: Context,
  { authorizationId, signal }: { authorizationId: string; signal?: AbortSignal },
): Promise<void> {
  const authorization = await begin(ctx, authorizationId, 'refresh_token');
  if (authorization === null) return;
  ctx.crashPoint('begun');
  for (let look = 0; look < mostLooks; look += 1) {
    if ((await attempt(ctx, authorization, signal)) === 'ended') return;
  }
  await transact(ctx, (tx) => queueAgain(tx, authorization, 1));
}

async function attempt(
  ctx: Context,
  authorization: Authorization,
  signal: AbortSignal | undefined,
): Promise<'ended' | 'changed'> {
  const credential = await findCredential(ctx, authorization.credentialId ?? '');
  if (credential === undefined || credential.status !== 'active') {
    await transact(ctx, (tx) => fail(tx, authorization.id, goneReason(credential)));
    return 'ended';
  }
  if (credential.tokenVersion !== authorization.tokenVersion) {
    // The question came after its answer: the token is newer than the one that was to be refreshed.
    await transact(ctx, (tx) => succeed(tx, authorization.id));
    return 'ended';
  }
  await replaySpillOf(ctx, credential, endSpilledGrant);
  if (await adoptSuccessor(ctx, authorization, credential)) return 'ended';
  const prepared = await prepare(ctx, authorization, credential);
  if (prepared === null) return 'ended';
  if (signal?.aborted === true) {
    await returnPass(ctx, prepared);
    return 'ended';
  }
  const method = requireOAuth2(prepared.provider);
  const acquired = await acquire(ctx, { authorization, credential, method }, prepared);
  switch (acquired.kind) {
    case 'changed':
      return 'changed';
    case 'deferred':
      return 'ended';
    case 'busy':
      await awaitHolder(ctx, authorization, credential, acquired);
      return 'ended';
    case 'held':
      ctx.crashPoint('acquired');
      await present(ctx, { authorization, credential, method, ...prepared, held: acquired.held });
      return 'ended';
  }
}

async function acquire(
  ctx: Context,
  asking: Parameters<RefreshLease['acquire']>[1],
  prepared: Prepared,
): Promise<Acquired> {
  let acquired: Acquired | null = null;
  try {
    acquired = await ctx.refreshLease.acquire(ctx, asking);
    return acquired;
  } finally {
    if (acquired?.kind !== 'held') await returnPass(ctx, prepared);
  }
}

function goneReason(credential: CredentialRow | undefined) {
  if (credential?.status === 'reauthorization_required') {
    return {
      code: credential.lastErrorCode ?? ('grant_revoked' as const),
      message: credential.lastErrorMessage ?? 'The account must be connected again.',
    };
  }
  return {
    code: 'credential_gone' as const,
    message: 'The credential was deleted or changed in the meantime.',
  };
}
