import { sql } from 'kysely';
import { refreshGrant, TokenRequestError, type OAuthClient, type TokenGrant } from '../auth-methods/index.ts';
import { transact, type Context } from '../context.ts';
import {
  findCredential,
  openPayloadOf,
  type CredentialRow,
  type OAuthPayload,
} from '../credentials/index.ts';
import { db } from '../db/index.ts';
import { Failure } from '../errors.ts';
import { recallOAuthClient } from '../oauth-clients/index.ts';
import { requireProvider } from '../providers/require-provider.ts';
import type { Provider } from '../providers/index.ts';
import { Secret } from '../secret.ts';
import { adoptFromJournal } from './adopt-successor.ts';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import { acquire, type Held } from './refresh-lease.ts';
import { lateSeconds } from '../authorizations/reconcile.ts';
import { begin, fail, succeed } from '../authorizations/run.ts';
import { settleRefreshFailure } from './settle-failure.ts';
import { storeRefresh } from './store-answer.ts';
import { untilCommitted } from './until-committed.ts';

/**
 * Refreshes one token by the protocol of docs/architecture.md: lease and fence, attempt, journal, classification.
 * @param signal aborts the call to the provider when another worker may have the same job; what it did is then unknown
 */
export async function refreshToken(
  ctx: Context,
  { authorizationId, signal }: { authorizationId: string; signal?: AbortSignal },
): Promise<void> {
  const authorization = await begin(ctx, authorizationId, 'refresh_token');
  if (authorization === null) return;
  const credential = await findCredential(ctx, authorization.credentialId ?? '');
  if (credential === undefined || credential.status !== 'active') {
    await transact(ctx, (tx) => fail(tx, authorizationId, goneReason(credential)));
    return;
  }
  if (credential.tokenVersion !== authorization.tokenVersion) {
    // The question came after its answer: the token is newer than the one that was to be refreshed.
    await transact(ctx, (tx) => succeed(tx, authorizationId));
    return;
  }
  if (await adoptFromJournal(ctx, authorization, credential)) return;

  // Prepared before the lease is taken: what can fail without the provider fails without an attempt.
  const provider = requireProvider(ctx.catalogue, credential.provider);
  const payload = await openPayloadOf(ctx, 'oauth2', credential);
  let client: OAuthClient;
  try {
    client = await recallOAuthClient(ctx, provider, credential);
    if (payload.refreshToken === null) throw new Failure('missing_refresh_token');
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await settleRefreshFailure(ctx, {
      authorization,
      credential,
      held: null,
      client: null,
      failure: error,
      sent: 'not_sent',
    });
    return;
  }
  const held = await acquire(ctx, credential, authorizationId);
  if (held === null) return waitForHolder(ctx, credential, authorizationId);
  await present(ctx, { authorization, credential, provider, client, payload, held }, signal);
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

interface Presentation {
  readonly authorization: Authorization;
  readonly credential: CredentialRow;
  readonly provider: Provider;
  readonly client: OAuthClient;
  readonly payload: OAuthPayload;
  readonly held: Held;
}

async function present(ctx: Context, at: Presentation, signal: AbortSignal | undefined): Promise<void> {
  let grant: TokenGrant;
  try {
    const request = {
      provider: at.provider,
      client: at.client,
      refreshToken: new Secret(at.payload.refreshToken ?? ''),
      previousScopes: at.payload.scopes,
    };
    grant = await refreshGrant(ctx.fetch, request, signal);
  } catch (error) {
    if (!(error instanceof TokenRequestError)) throw error;
    const { failure, sent } = error;
    await untilCommitted(ctx, () => settleRefreshFailure(ctx, { ...at, failure, sent }));
    return;
  }
  await untilCommitted(ctx, () => storeRefresh(ctx, { ...at, grant }));
}

/**
 * Another run presents the token at the moment, perhaps of this very authorization: that one ends it. If it does not,
 * the reconciler hands it to a worker again as soon as the lease is over.
 */
async function waitForHolder(
  ctx: Context,
  credential: CredentialRow,
  authorizationId: string,
): Promise<void> {
  await sql`
    update "authorization" set next_attempt_at = coalesce(credential.lease_until, now()) - make_interval(secs => ${lateSeconds})
    from credential
    where credential.id = ${credential.id} and "authorization".id = ${authorizationId} and "authorization".status = 'running'
  `.execute(db(ctx.em));
}
