import { clockTolerance, type AuthorizationServer, type Client } from 'oauth4webapi';
import { Failure } from '../errors.ts';
import { fillUrl, requireOAuth2, type OAuth2Method, type Provider } from '../providers/index.ts';
import type { OAuthClient } from './oauth2.ts';

/** A provider as one client sees it, in the terms of oauth4webapi. */
export interface OAuthEndpoints {
  readonly method: OAuth2Method;
  readonly authorizationEndpoint: string;
  readonly server: AuthorizationServer;
  readonly client: Client;
}

/** How far the clock of a worker may be off. */
const clockToleranceSeconds = 600;

/** @throws Failure `client_misconfigured` if a parameter of the client does not fit into the provider's URLs */
export function oauthEndpoints(provider: Provider, client: OAuthClient): OAuthEndpoints {
  const method = requireOAuth2(provider);
  const params = readParams(method, client.params);
  const { issuer, revocationEndpoint } = method;
  const tokenEndpoint = fillUrl(method.tokenEndpoint, params);
  return {
    method,
    authorizationEndpoint: fillUrl(method.authorizationEndpoint, params),
    server: {
      // The library wants one; where the definition has none it is never compared with anything.
      issuer: issuer ?? new URL(tokenEndpoint).origin,
      token_endpoint: tokenEndpoint,
      ...(revocationEndpoint === null ? {} : { revocation_endpoint: fillUrl(revocationEndpoint, params) }),
    },
    // An ID token says when it begins and ends by the issuer's clock; nothing hangs on it, and a code is gone with its answer.
    client: { client_id: client.clientId, [clockTolerance]: clockToleranceSeconds },
  };
}

function readParams(method: OAuth2Method, given: OAuthClient['params']): Record<string, string> {
  return Object.fromEntries(
    method.clientParams.map(({ name, label, default: fallback, pattern }) => {
      const value = given[name] === undefined || given[name] === '' ? fallback : given[name];
      if (new RegExp(`^(?:${pattern})$`).test(value)) return [name, value];
      throw new Failure('client_misconfigured', { detail: `${label} of the OAuth client is not valid.` });
    }),
  );
}
