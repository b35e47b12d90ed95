import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { requireOAuth2, requireProvider } from '../providers/require-provider.ts';
import { redirectUri } from './redirect-uri.ts';
import { findCustomClient } from './resolve-oauth-client.ts';

export interface OAuthClientView {
  /** Which client new connections use. */
  readonly mode: 'custom' | 'default' | 'none';
  readonly clientId: string | null;
  /** It is the workspace's own that is shown, switched on or off. */
  readonly isCustom: boolean;
  /** The instance has one for every workspace. */
  readonly hasDefault: boolean;
  readonly hasSecret: boolean;
  /** Whether the workspace's own client is switched on; false when there is none. */
  readonly enabled: boolean;
  readonly params: Record<string, string>;
  readonly redirectUri: string;
  /** Set when the provider rejected this client. */
  readonly misconfigured: { message: string; at: Date } | null;
}

/** Never returns a secret. A stored custom client is shown also while it is switched off. @throws Problem `provider_not_found`, `auth_method_unsupported` */
export async function getOAuthClient(
  ctx: Context,
  { provider: id }: { provider: string },
): Promise<OAuthClientView> {
  requireOAuth2(requireProvider(ctx.catalogue, id));
  const custom = await findCustomClient(ctx, id);
  const standard = ctx.settings.defaultClients.get(id);
  const mode = custom?.enabled === true ? 'custom' : standard === undefined ? 'none' : 'default';
  const clientId = custom?.clientId ?? (mode === 'default' ? (standard?.clientId ?? null) : null);
  const flag = await findFlag(ctx, id, mode === 'default' ? standard?.clientId : clientId);
  return {
    mode,
    clientId,
    isCustom: custom !== undefined,
    hasDefault: standard !== undefined,
    hasSecret:
      custom === undefined ? mode === 'default' && standard?.clientSecret !== null : custom.sealed !== null,
    enabled: custom?.enabled ?? false,
    params: custom?.params ?? {},
    redirectUri: redirectUri(ctx.settings, id),
    misconfigured: flag === undefined ? null : { message: flag.message, at: flag.flaggedAt },
  };
}

async function findFlag(ctx: Context, provider: string, clientId: string | null | undefined) {
  if (clientId === null || clientId === undefined) return undefined;
  return db(ctx.em)
    .selectFrom('oauth_client_flag')
    .select(['message', 'flaggedAt'])
    .where('workspaceId', '=', ctx.workspaceId)
    .where('provider', '=', provider)
    .where('clientId', '=', clientId)
    .executeTakeFirst();
}
