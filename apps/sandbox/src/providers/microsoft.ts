import type { Answer, ProviderRequest, StandIn } from '../endpoint.ts';
import { bearerToken } from '../http/credentials.ts';
import { anyFields } from '../http/fields.ts';
import { authorize } from '../oauth/authorize.ts';
import { tokenKind } from '../oauth/check-client.ts';
import { findAccount } from '../state/accounts.ts';
import { accessTokenIsLive } from '../state/tokens.ts';
import type { World } from '../world.ts';
import { entraError, microsoftErrors } from './microsoft-errors.ts';
import { microsoftToken } from './microsoft-token.ts';

const common = { provider: 'onedrive', errors: microsoftErrors } as const;

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow */
export const microsoft: StandIn = {
  origins: { 'https://login.microsoftonline.com': '/microsoft', 'https://graph.microsoft.com': '/graph' },
  endpoints: [
    {
      ...common,
      method: 'GET',
      route: '/microsoft/:tenant/oauth2/v2.0/authorize',
      kind: 'authorize',
      handle: (request, world) =>
        authorize({ provider: 'onedrive', usesPkce: true, isOffline, problem }, request, world),
    },
    {
      ...common,
      method: 'POST',
      route: '/microsoft/:tenant/oauth2/v2.0/token',
      kind: (request) => tokenKind(anyFields(request)),
      handle: (request, world) =>
        tenantExists(request)
          ? microsoftToken(request, world)
          : entraError(
              'invalid_request',
              90_002,
              'Tenant not found. Check that you have the correct tenant ID.',
            ),
    },
    { ...common, method: 'GET', route: '/graph/v1.0/me', kind: 'userinfo', handle: me },
    {
      ...common,
      method: 'GET',
      route: '/graph/v1.0/me/photo/$value',
      kind: 'userinfo',
      handle: () => microsoftErrors.api(404, "The photo wasn't found."),
    },
  ],
};

const wellKnownTenants = new Set(['common', 'organizations', 'consumers']);

/** A well-known name, a directory id, or a verified domain. */
function tenantExists(request: ProviderRequest): boolean {
  const tenant = request.params['tenant'] ?? '';
  return (
    wellKnownTenants.has(tenant) ||
    /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(tenant) ||
    tenant.includes('.')
  );
}

function isOffline(query: URLSearchParams): boolean {
  return (query.get('scope') ?? '').split(' ').includes('offline_access');
}

function problem(request: ProviderRequest): string | null {
  if (!tenantExists(request)) return 'AADSTS90002: Tenant not found.';
  if (!request.query.get('scope')) return "AADSTS900144: The request must contain the parameter 'scope'.";
  const mode = request.query.get('response_mode') ?? 'query';
  return mode === 'query' ? null : 'The sandbox answers with response_mode=query only.';
}

function me(request: ProviderRequest, world: World): Answer {
  const token = world.tokens.findAccessToken('onedrive', bearerToken(request));
  if (token === undefined || !accessTokenIsLive(token)) {
    return microsoftErrors.api(401, 'Lifetime validation failed, the token is expired.');
  }
  const account = findAccount(token.grant.accountId);
  return {
    status: 200,
    body: {
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users/$entity',
      id: `microsoft-${token.grant.accountId}`,
      displayName: account?.name,
      userPrincipalName: account?.email,
      mail: account?.email,
    },
  };
}
