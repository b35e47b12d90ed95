import type { Answer, ProviderRequest, StandIn } from '../endpoint.ts';
import { bearerToken } from '../http/credentials.ts';
import { anyFields } from '../http/fields.ts';
import { authorize } from '../oauth/authorize.ts';
import { tokenKind } from '../oauth/check-client.ts';
import { findAccount } from '../state/accounts.ts';
import { accessTokenIsLive } from '../state/tokens.ts';
import type { AccessToken } from '../state/tokens.ts';
import type { World } from '../world.ts';
import { dropboxErrors } from './dropbox-errors.ts';
import { dropboxToken } from './dropbox-token.ts';

const common = { provider: 'dropbox', errors: dropboxErrors } as const;

/** https://www.dropbox.com/developers/documentation/http/documentation */
export const dropbox: StandIn = {
  origins: { 'https://www.dropbox.com': '/dropbox', 'https://api.dropboxapi.com': '/dropbox-api' },
  endpoints: [
    {
      ...common,
      method: 'GET',
      route: '/dropbox/oauth2/authorize',
      kind: 'authorize',
      handle: (request, world) =>
        authorize(
          {
            provider: 'dropbox',
            usesPkce: true,
            isOffline: (query) => query.get('token_access_type') === 'offline',
          },
          request,
          world,
        ),
    },
    {
      ...common,
      method: 'POST',
      route: '/dropbox-api/oauth2/token',
      kind: (request) => tokenKind(anyFields(request)),
      handle: dropboxToken,
    },
    {
      ...common,
      method: 'POST',
      route: '/dropbox-api/2/users/get_current_account',
      kind: 'userinfo',
      handle: (request, world) => call(request, world, 'users/get_current_account', currentAccount),
    },
    {
      ...common,
      method: 'POST',
      route: '/dropbox-api/2/auth/token/revoke',
      kind: 'revoke',
      handle: (request, world) => call(request, world, 'auth/token/revoke', revoke),
    },
  ],
};

type Act = (token: AccessToken, world: World) => Answer;

// RPC calls without arguments take no body at all, and complain in plain text.
function call(request: ProviderRequest, world: World, name: string, act: Act): Answer {
  if (request.body !== '') {
    return {
      status: 400,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: `Error in call to API function "${name}": request body: expected no body`,
    };
  }
  const token = world.tokens.findAccessToken('dropbox', bearerToken(request));
  if (token === undefined || token.grant.revokedAt !== null)
    return dropboxErrors.api(401, 'invalid_access_token');
  if (!accessTokenIsLive(token)) return dropboxErrors.api(401, 'expired_access_token');
  return act(token, world);
}

function currentAccount({ grant }: AccessToken): Answer {
  if (!grant.scopes.includes('account_info.read')) return dropboxErrors.api(401, 'missing_scope');
  const account = findAccount(grant.accountId);
  return {
    status: 200,
    body: {
      account_id: `dbid:${grant.accountId}`,
      name: { display_name: account?.name },
      email: account?.email,
      email_verified: true,
      profile_photo_url: account?.picture,
      disabled: false,
    },
  };
}

function revoke({ grant }: AccessToken, world: World): Answer {
  world.tokens.revokeGrant(grant);
  return { status: 200, body: null, committed: true };
}
