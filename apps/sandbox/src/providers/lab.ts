import type { Answer, Endpoint, ProviderRequest, StandIn } from '../endpoint.ts';
import { bearerToken } from '../http/credentials.ts';
import { anyFields, formFields } from '../http/fields.ts';
import { authorize } from '../oauth/authorize.ts';
import { checkClient, tokenKind } from '../oauth/check-client.ts';
import { labProviderIdSchema } from '../provider-ids.ts';
import type { LabProviderId } from '../provider-ids.ts';
import { findAccount } from '../state/accounts.ts';
import { accessTokenIsLive } from '../state/tokens.ts';
import type { World } from '../world.ts';
import { labToken } from './lab-token.ts';
import { standardErrors } from './oauth-errors.ts';

/** One plain OAuth server per rotation policy, below `/lab/<policy>`. No provider out there is meant by it. */
export const lab: StandIn = { origins: {}, endpoints: labProviderIdSchema.options.flatMap(endpointsOf) };

function endpointsOf(provider: LabProviderId): Endpoint[] {
  const common = { provider, errors: standardErrors } as const;
  const root = `/lab/${provider.slice('lab_'.length)}`;
  return [
    {
      ...common,
      method: 'GET',
      route: `${root}/authorize`,
      kind: 'authorize',
      handle: (request, world) => authorizeAtLab(provider, request, world),
    },
    {
      ...common,
      method: 'POST',
      route: `${root}/token`,
      kind: (request) => tokenKind(anyFields(request)),
      handle: (request, world) => labToken(provider, request, world),
    },
    {
      ...common,
      method: 'POST',
      route: `${root}/revoke`,
      kind: 'revoke',
      handle: (request, world) => revoke(provider, request, world),
    },
    {
      ...common,
      method: 'GET',
      route: `${root}/me`,
      kind: 'userinfo',
      handle: (request, world) => me(provider, request, world),
    },
  ];
}

function authorizeAtLab(
  provider: LabProviderId,
  request: ProviderRequest,
  world: World,
): Answer | Promise<Answer> {
  return authorize(
    {
      provider,
      usesPkce: true,
      isOffline: () => true,
      standingGrant: ({ clientId }, { id: accountId }) =>
        world.settings.labSharesGrant
          ? world.tokens.findStandingGrant({ provider, clientId, accountId })
          : undefined,
    },
    request,
    world,
  );
}

/** RFC 7009: either token ends the whole grant, and a token that is dead or unknown is fine. */
function revoke(provider: LabProviderId, request: ProviderRequest, world: World): Answer {
  const form = formFields(request);
  const client = form && checkClient(world, provider, request, { body: form });
  if (!client) return standardErrors.oauth('invalid_client', 'Client authentication failed.');
  const token = form['token'];
  if (token === undefined) return standardErrors.oauth('invalid_request', 'token is missing.');
  const accessToken = world.tokens.findAccessToken(provider, token);
  const found =
    world.tokens.findRefreshToken(provider, token) ??
    (accessToken && accessTokenIsLive(accessToken) ? accessToken : undefined);
  const isOwn = found?.grant.clientId === client.clientId;
  if (isOwn) world.tokens.revokeGrant(found.grant);
  return { status: 200, body: {}, committed: isOwn };
}

function me(provider: LabProviderId, request: ProviderRequest, world: World): Answer {
  const token = world.tokens.findAccessToken(provider, bearerToken(request));
  if (token === undefined || !accessTokenIsLive(token)) {
    const headers = { 'www-authenticate': 'Bearer error="invalid_token"' };
    return { status: 401, headers, body: { error: 'invalid_token' } };
  }
  const { accountId } = token.grant;
  const account = findAccount(accountId);
  return {
    status: 200,
    body: {
      id: `lab-${accountId}`,
      name: account?.name ?? accountId,
      email: account?.email,
      picture: account?.picture,
    },
  };
}
