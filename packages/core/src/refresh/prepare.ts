import type { OAuthClient } from '../auth-methods/index.ts';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import type { Context } from '../context.ts';
import { openPayloadOf, type CredentialRow, type OAuthPayload } from '../credentials/index.ts';
import { Failure } from '../errors.ts';
import { recallOAuthClient } from '../oauth-clients/index.ts';
import { requireOAuth2, requireProvider } from '../providers/require-provider.ts';
import type { Provider } from '../providers/index.ts';
import { takePass, type Pass } from './gate-pass.ts';
import { settleFailure } from './settle-failure.ts';

/** So long after the decision an answer may have to be sealed without the database: deadline, patience, and some. */
const keySeconds = 120;

/** What a presentation needs, and all that can fail without the provider. */
export interface Prepared {
  readonly provider: Provider;
  readonly client: OAuthClient;
  readonly payload: OAuthPayload;
  readonly pass: Pass;
}

/**
 * Step 2 of the refresh protocol: what can fail fails before the lease is taken, without an attempt. The workspace's data
 * key stays in memory for long enough to seal the answer while the database is away.
 * @returns null when the authorization was ended or queued again
 */
export async function prepare(
  ctx: Context,
  authorization: Authorization,
  credential: CredentialRow,
): Promise<Prepared | null> {
  const provider = requireProvider(ctx.catalogue, credential.provider);
  const method = requireOAuth2(provider);
  const payload = await openPayloadOf(ctx, 'oauth2', credential);
  try {
    const client = await recallOAuthClient(ctx, provider, credential);
    await ctx.vault.warm(ctx.workspaceId, keySeconds);
    if (payload.refreshToken === null) throw new Failure('missing_refresh_token');
    const pass = await takePass(ctx, { authorization, credential, provider, client });
    return pass === null ? null : { provider, client, payload, pass };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { verdict } = await settleFailure(ctx, {
      authorization,
      credential,
      method,
      provider,
      held: null,
      client: null,
      failure: error,
      sent: 'not_sent',
      providerStatus: null,
      clientRejected: false,
      gaveUp: false,
      pass: { probe: false },
    });
    if (verdict.kind === 'dead')
      ctx.meters.reauthorizationRequired({ provider: provider.id, reason: verdict.code });
    return null;
  }
}
