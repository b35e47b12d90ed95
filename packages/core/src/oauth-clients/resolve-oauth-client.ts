import type { OAuthClient } from '../auth-methods/index.ts';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { Failure, Problem } from '../errors.ts';
import { oauth2Method, type Provider } from '../providers/index.ts';
import { Secret } from '../secret.ts';

export async function findCustomClient(ctx: Context, provider: string) {
  return db(ctx.em)
    .selectFrom('oauth_client')
    .selectAll()
    .where('workspaceId', '=', ctx.workspaceId)
    .where('provider', '=', provider)
    .executeTakeFirst();
}

export type CustomClientRow = NonNullable<Awaited<ReturnType<typeof findCustomClient>>>;

async function openCustomClient(ctx: Context, row: CustomClientRow): Promise<OAuthClient> {
  const place = {
    workspaceId: ctx.workspaceId,
    record: row.id,
    field: 'client_secret',
    version: row.version,
  };
  return {
    mode: 'custom',
    clientId: row.clientId,
    clientSecret:
      row.sealed === null ? null : new Secret(await ctx.vault.open(place, row.keySalt, row.sealed)),
    params: row.params,
  };
}

function defaultClient(ctx: Context, provider: Provider): OAuthClient | null {
  const client = ctx.settings.defaultClients.get(provider.id);
  if (client === undefined) return null;
  const params = Object.fromEntries(
    (oauth2Method(provider)?.clientParams ?? []).map((param) => [param.name, param.default]),
  );
  return { mode: 'default', clientId: client.clientId, clientSecret: client.clientSecret, params };
}

/**
 * The client that a new connection uses: the workspace's own when enabled, else the instance's default.
 * @throws Problem `oauth_client_missing`
 */
export async function resolveOAuthClient(ctx: Context, provider: Provider): Promise<OAuthClient> {
  const custom = await findCustomClient(ctx, provider.id);
  if (custom?.enabled === true) return openCustomClient(ctx, custom);
  const fallback = defaultClient(ctx, provider);
  if (fallback !== null) return fallback;
  throw new Problem('oauth_client_missing', {
    detail: `Set a client id and secret for ${provider.label} first; its redirect URI is ${ctx.settings.publicUrl}/oauth/callback/${provider.id}.`,
  });
}

/** The client that a code or grant was issued to, as recorded then: a grant is of use to no other client. */
export interface IssuedTo {
  readonly clientMode: 'default' | 'custom' | null;
  readonly clientId: string | null;
  readonly clientParams: Record<string, string> | null;
}

/**
 * The client that `issuedTo` names, with today's secret, also when it is no longer the one for new connections.
 * @throws Failure `client_misconfigured` when it was removed or replaced by another
 */
export async function recallOAuthClient(
  ctx: Context,
  provider: Provider,
  issuedTo: IssuedTo,
): Promise<OAuthClient> {
  const custom = issuedTo.clientMode === 'custom' ? await findCustomClient(ctx, provider.id) : undefined;
  const client = custom === undefined ? defaultClient(ctx, provider) : await openCustomClient(ctx, custom);
  if (client === null || client.mode !== issuedTo.clientMode || client.clientId !== issuedTo.clientId) {
    throw new Failure('client_misconfigured', {
      detail:
        'The OAuth client that this account was connected with is no longer configured. Restore it or connect the account again.',
    });
  }
  return { ...client, params: { ...client.params, ...issuedTo.clientParams } };
}
