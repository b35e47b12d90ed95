import { TokenRequestError } from '../auth-methods/index.ts';
import { transact, type Context } from '../context.ts';
import { findCredential, openPayloadOf, type CredentialRow } from '../credentials/index.ts';
import { databaseTime } from '../db/index.ts';
import { Failure, Problem } from '../errors.ts';
import { recallOAuthClient } from '../oauth-clients/index.ts';
import { requireOAuth2, requireProvider } from '../providers/require-provider.ts';
import { isKeyServiceAway, VaultError } from '../vault/index.ts';
import type { Authorization } from './authorization-columns.ts';
import { endGrant } from './end-grant.ts';
import { eraseCredential, type Revocation } from './erase-credential.ts';
import { begin, mostAttempts, queueAgain, retryOrFail, succeed } from './run.ts';

/** Revokes at the provider, then erases; what cannot be revoked is erased all the same, and the outcome of both is recorded. */
export async function revoke(ctx: Context, { authorizationId }: { authorizationId: string }): Promise<void> {
  const authorization = await begin(ctx, authorizationId, 'revoke');
  if (authorization === null) return;
  const credential = await findCredential(ctx, authorization.credentialId ?? '');
  if (credential === undefined) {
    await transact(ctx, (tx) => succeed(tx, authorizationId));
    return;
  }
  const time = await databaseTime(ctx.em);
  if (credential.leaseUntil !== null && credential.leaseUntil > time) {
    // A refresh is in flight: what it brings must be revoked, not what it makes obsolete.
    await transact(ctx, (tx) => queueAgain(tx, authorization, 2));
    return;
  }
  try {
    const revocation = await revokeAtProvider(ctx, credential);
    await eraseCredential(ctx, authorization, credential, revocation);
  } catch (error) {
    await settle(ctx, authorization, credential, asFailure(error));
  }
}

function asFailure(error: unknown): Failure {
  if (error instanceof TokenRequestError) return error.failure;
  if (error instanceof Failure) return error;
  // Neither gets better by waiting, and what cannot be revoked is erased all the same. A key service comes back.
  if (error instanceof VaultError && !isKeyServiceAway(error))
    return new Failure('revocation_failed', { detail: 'The stored grant cannot be read.' });
  if (error instanceof Problem) return new Failure('revocation_failed', { detail: error.message });
  throw error;
}

async function settle(
  ctx: Context,
  authorization: Authorization,
  credential: CredentialRow,
  failure: Failure,
): Promise<void> {
  if (failure.retryable && authorization.attempts < mostAttempts.revoke) {
    await transact(ctx, (tx) => retryOrFail(tx, authorization, failure));
    return;
  }
  await eraseCredential(ctx, authorization, credential, { outcome: 'failed', reason: failure.message });
}

async function revokeAtProvider(ctx: Context, credential: CredentialRow): Promise<Revocation> {
  if (credential.authMethod === 'api_key') return { outcome: 'not_needed' };
  const provider = requireProvider(ctx.catalogue, credential.provider);
  if (requireOAuth2(provider).revocationEndpoint === null) return { outcome: 'unsupported' };
  const client = await recallOAuthClient(ctx, provider, credential);
  const payload = await openPayloadOf(ctx, 'oauth2', credential);
  const { id: credentialId, accountId } = credential;
  return { outcome: await endGrant(ctx, { provider, client, payload, credentialId, accountId }) };
}
