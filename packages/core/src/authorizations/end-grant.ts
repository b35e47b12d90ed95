import { revokeGrant, type OAuthClient, type RevocationOutcome } from '../auth-methods/index.ts';
import type { Context } from '../context.ts';
import type { OAuthPayload } from '../credentials/index.ts';
import { acrossWorkspaces, db } from '../db/index.ts';
import type { Provider } from '../providers/index.ts';
import { requireOAuth2 } from '../providers/require-provider.ts';
import { Secret } from '../secret.ts';
import { fingerprintsOfGrant } from './fingerprints-of-grant.ts';
import { grantFingerprint } from './token-changes.ts';

interface Grant {
  readonly provider: Provider;
  readonly client: OAuthClient;
  readonly payload: OAuthPayload;
  /** The credential that it belongs to; null when it was never stored. */
  readonly credentialId: string | null;
  /** Null when it is not known. */
  readonly accountId: string | null;
}

/**
 * Ends a grant at the provider, unless that would pull it from under another credential: then it is `shared`.
 * @throws TokenRequestError
 */
export async function endGrant(ctx: Context, grant: Grant): Promise<RevocationOutcome | 'shared'> {
  if (await isShared(ctx, grant)) return 'shared';
  const { accessToken, refreshToken } = grant.payload;
  return revokeGrant(ctx.fetch, {
    provider: grant.provider,
    client: grant.client,
    accessToken: new Secret(accessToken),
    refreshToken: refreshToken === null ? null : new Secret(refreshToken),
  });
}

/**
 * Some providers hand one grant to two connections, and at some a revocation ends every grant of that account and
 * client, whichever workspace holds it.
 */
async function isShared(
  ctx: Context,
  { provider, client, payload, credentialId, accountId }: Grant,
): Promise<boolean> {
  const { endsAllOfAccount } = requireOAuth2(provider).revocation;
  const fingerprints = await fingerprintsOfGrant(ctx.em, grantFingerprint(ctx, payload));
  const other = await db(acrossWorkspaces(ctx.em))
    .selectFrom('credential')
    .select('id')
    .where('id', '<>', credentialId ?? '')
    .where('status', '<>', 'revoking')
    .where('provider', '=', provider.id)
    .where((where) =>
      where.or([
        where('grantFingerprint', 'in', fingerprints),
        ...(endsAllOfAccount
          ? [
              where.and([
                where('clientId', '=', client.clientId),
                ...(accountId === null ? [] : [where('accountId', '=', accountId)]),
              ]),
            ]
          : []),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return other !== undefined;
}
