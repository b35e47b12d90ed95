import type { Answer, ProviderRequest, StandIn } from '../endpoint.ts';
import { bearerToken } from '../http/credentials.ts';
import { anyFields, formFields } from '../http/fields.ts';
import { authorize } from '../oauth/authorize.ts';
import { tokenKind } from '../oauth/check-client.ts';
import { findAccount } from '../state/accounts.ts';
import { accessTokenIsLive } from '../state/tokens.ts';
import type { World } from '../world.ts';
import { googleErrors } from './google-errors.ts';
import { googleToken } from './google-token.ts';

const common = { provider: 'google_drive', errors: googleErrors } as const;

/** https://developers.google.com/identity/protocols/oauth2/web-server */
export const google: StandIn = {
  origins: {
    'https://accounts.google.com': '/google-accounts',
    'https://oauth2.googleapis.com': '/google-oauth2',
    'https://www.googleapis.com': '/google-apis',
  },
  endpoints: [
    {
      ...common,
      method: 'GET',
      route: '/google-accounts/o/oauth2/v2/auth',
      kind: 'authorize',
      handle: (request, world) =>
        authorize(
          { provider: 'google_drive', granular: true, usesPkce: true, isOffline, problem: scopeMissing },
          request,
          world,
        ),
    },
    {
      ...common,
      method: 'POST',
      route: '/google-oauth2/token',
      kind: (request) => tokenKind(anyFields(request)),
      handle: googleToken,
    },
    { ...common, method: 'POST', route: '/google-oauth2/revoke', kind: 'revoke', handle: revoke },
    {
      ...common,
      method: 'GET',
      route: '/google-apis/oauth2/v2/userinfo',
      kind: 'userinfo',
      handle: userinfo,
    },
  ],
};

// The real one also hands out a refresh token at the very first consent; who relies on that loses it later.
function isOffline(query: URLSearchParams): boolean {
  return query.get('access_type') === 'offline' && (query.get('prompt') ?? '').split(' ').includes('consent');
}

function scopeMissing({ query }: ProviderRequest): string | null {
  return query.get('scope') ? null : 'Missing required parameter: scope';
}

function revoke(request: ProviderRequest, world: World): Answer {
  const token = formFields(request)?.['token'] ?? request.query.get('token');
  const refreshToken = world.tokens.findRefreshToken('google_drive', token);
  const accessToken = world.tokens.findAccessToken('google_drive', token);
  const live = refreshToken ?? (accessToken && accessTokenIsLive(accessToken) ? accessToken : undefined);
  if (live === undefined) return googleErrors.oauth('invalid_token', 'Token expired or revoked');
  world.tokens.revokeGrant(live.grant);
  return { status: 200, body: {}, committed: true };
}

function userinfo(request: ProviderRequest, world: World): Answer {
  const token = world.tokens.findAccessToken('google_drive', bearerToken(request));
  if (token === undefined || !accessTokenIsLive(token)) {
    return googleErrors.api(401, 'Request had invalid authentication credentials.');
  }
  const account = findAccount(token.grant.accountId);
  const may = (end: string): boolean => token.grant.scopes.some((scope) => scope.endsWith(end));
  return {
    status: 200,
    body: {
      id: `google-${token.grant.accountId}`,
      ...(may('userinfo.email') ? { email: account?.email, verified_email: true } : {}),
      ...(may('userinfo.profile') ? { name: account?.name, picture: account?.picture } : {}),
    },
  };
}
