import type { Answer, Endpoint, ProviderRequest } from '../endpoint.ts';
import { anyFields } from '../http/fields.ts';
import { tokenKind } from '../oauth/check-client.ts';
import { standardErrors } from '../providers/oauth-errors.ts';
import { authorizeAtOidc } from './authorize.ts';
import type { OidcServer } from './dispatch.ts';

/** The OAuth server's routes as endpoints, so that log and faults treat them like any other. */
export function oidcEndpoints(oidc: OidcServer): Endpoint[] {
  const oneByOne = createQueue();
  const pass = async (request: ProviderRequest): Promise<Answer> => {
    const path = request.path.slice('/oidc'.length) || '/';
    const query = request.query.size > 0 ? `?${request.query.toString()}` : '';
    return oidc.dispatch({ ...request, target: `${path}${query}` });
  };
  // The server reads a refresh token and consumes it in two steps. Taken one by one, a refresh is as atomic
  // as at a provider with a database behind it, and two at once cannot both succeed.
  const commit = async (request: ProviderRequest): Promise<Answer> => {
    const answer = await oneByOne(async () => pass(request));
    return { ...answer, committed: answer.status === 200 };
  };
  const common = { provider: 'sandbox', errors: standardErrors } as const;
  return [
    {
      ...common,
      method: 'GET',
      route: '/oidc/auth',
      kind: 'authorize',
      handle: (request, world) => authorizeAtOidc(oidc, request, world),
    },
    {
      ...common,
      method: 'POST',
      route: '/oidc/token',
      kind: (request) => tokenKind(anyFields(request)),
      handle: commit,
    },
    { ...common, method: 'POST', route: '/oidc/token/revocation', kind: 'revoke', handle: commit },
    { ...common, method: 'POST', route: '/oidc/token/introspection', kind: 'introspect', handle: pass },
    { ...common, method: 'GET', route: '/oidc/me', kind: 'userinfo', handle: pass },
    { ...common, method: 'POST', route: '/oidc/me', kind: 'userinfo', handle: pass },
    { ...common, method: 'ALL', route: '/oidc/*', kind: 'metadata', handle: pass },
  ];
}

function createQueue(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return async (task) => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
}
