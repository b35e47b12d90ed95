import type { Answer, Endpoint, ProviderRequest, StandIn } from '../endpoint.ts';
import { anyFields, jsonFields } from '../http/fields.ts';
import { authorize } from '../oauth/authorize.ts';
import { checkClient, tokenKind } from '../oauth/check-client.ts';
import { accessTokenIsLive } from '../state/tokens.ts';
import type { AccessToken, RefreshToken } from '../state/tokens.ts';
import type { World } from '../world.ts';
import { notionErrors } from './notion-errors.ts';
import { notionMe, notionMeKind } from './notion-me.ts';
import { notionToken } from './notion-token.ts';

const common = { provider: 'notion', errors: notionErrors } as const;

/** https://developers.notion.com/docs/authorization */
export const notion: StandIn = {
  origins: { 'https://api.notion.com': '/notion' },
  endpoints: [
    { ...common, method: 'GET', route: '/notion/v1/users/me', kind: notionMeKind, handle: notionMe },
    {
      ...common,
      method: 'GET',
      route: '/notion/v1/oauth/authorize',
      kind: 'authorize',
      handle: (request, world) =>
        authorize(
          {
            provider: 'notion',
            usesPkce: false,
            isOffline: () => true,
            problem: ({ query }) => (query.get('owner') === 'user' ? null : 'owner=user is required.'),
          },
          request,
          world,
        ),
    },
    {
      ...common,
      method: 'POST',
      route: '/notion/v1/oauth/token',
      kind: (request) => tokenKind(anyFields(request)),
      handle: notionToken,
    },
    { ...common, method: 'POST', route: '/notion/v1/oauth/revoke', kind: 'revoke', handle: revoke },
    {
      ...common,
      method: 'POST',
      route: '/notion/v1/oauth/introspect',
      kind: 'introspect',
      handle: introspect,
    },
  ] satisfies Endpoint[],
};

function revoke(request: ProviderRequest, world: World): Answer {
  return withToken(request, world, (found) => {
    if (found === undefined) return notionErrors.oauth('invalid_request', 'The token is not known.');
    world.tokens.revokeGrant(found.grant);
    return { status: 200, body: { request_id: found.grant.id }, committed: true };
  });
}

function introspect(request: ProviderRequest, world: World): Answer {
  return withToken(request, world, (found) => {
    const active = found !== undefined && (!('expiresAt' in found) || accessTokenIsLive(found));
    return { status: 200, body: active ? { active, iat: Date.parse(found.grant.createdAt) } : { active } };
  });
}

type Found = AccessToken | RefreshToken | undefined;

// Both take {token} as JSON with HTTP Basic, and either token of the pair.
function withToken(request: ProviderRequest, world: World, act: (found: Found) => Answer): Answer {
  const client = checkClient(world, 'notion', request, { basic: true });
  if (client === undefined) return notionErrors.oauth('invalid_client', 'Client authentication failed.');
  const token = jsonFields(request)?.['token'];
  if (token === undefined) return notionErrors.oauth('invalid_request', 'token is required in a JSON body.');
  const found =
    world.tokens.findRefreshToken('notion', token) ?? world.tokens.findAccessToken('notion', token);
  return act(found?.grant.clientId === client.clientId && found.grant.revokedAt === null ? found : undefined);
}
