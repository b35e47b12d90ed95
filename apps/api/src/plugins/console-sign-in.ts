import { createHash } from 'node:crypto';
import oauth2, { type OAuth2Namespace } from '@fastify/oauth2';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import * as oauth from 'oauth4webapi';
import { Problem } from '@latchkey/core/errors.ts';
import { publicPath } from '@latchkey/core/public-url.ts';
import type { OidcSettings } from '../env.ts';
import { decideRole, type SignedInPerson } from './console-role.ts';
import { ownCookie } from './own-cookie.ts';
import { countRefusedAuthentication } from './refused-authentication.ts';

/** Sign-in of people by the operator's own OpenID Connect issuer. */
export interface ConsoleSignIn {
  readonly issuer: string;
  /** Where to send the browser; sets the state and PKCE cookies. @throws Problem `service_unavailable` */
  begin(request: FastifyRequest, reply: FastifyReply): Promise<string>;
  /** Reads the issuer's answer. @throws Problem `service_unavailable`, `invalid_callback`, `forbidden` */
  finish(request: FastifyRequest, reply: FastifyReply): Promise<SignedInPerson>;
}

interface Issuer {
  readonly metadata: oauth.AuthorizationServer;
  readonly client: OAuth2Namespace;
}

export const requestSeconds = 10;

/**
 * The one place where the API process calls out: to the issuer that the operator configured, never to a provider or
 * to an address that a user gave. `@fastify/oauth2` does the redirect, state, PKCE and code exchange for this one
 * static client. It does not look into ID tokens, so oauth4webapi validates issuer, audience, nonce, times and the
 * signature. [OpenID Connect Core 1.0 §3.1.3.7]
 */
export const consoleSignInPlugin = fastifyPlugin<{ oidc: OidcSettings | null; publicUrl: string }>(
  (api, { oidc, publicUrl }, done) => {
    api.decorate('consoleSignIn', oidc === null ? null : createConsoleSignIn(oidc, publicUrl));
    done();
  },
  { name: 'console-sign-in', dependencies: ['@fastify/cookie'] },
);

export function createConsoleSignIn(oidc: OidcSettings, publicUrl: string): ConsoleSignIn {
  let opened: Promise<Issuer> | null = null;
  // An issuer that is down must not keep the API from starting: it is asked at the first sign-in, and again after a failure.
  const open = async (): Promise<Issuer> => {
    opened ??= openIssuer(oidc, publicUrl);
    try {
      return await opened;
    } catch (cause) {
      opened = null;
      throw new Problem('service_unavailable', {
        detail: `The sign-in service ${oidc.issuer} does not answer.`,
        cause,
      });
    }
  };
  return {
    issuer: oidc.issuer,
    begin: async (request, reply) => {
      const { client } = await open();
      const address = new URL(await client.generateAuthorizationUri(request, reply));
      address.searchParams.set('nonce', nonceOf(address.searchParams.get('state') ?? ''));
      return address.href;
    },
    finish: async (request, reply) => {
      const issuer = await open();
      try {
        return decideRole(oidc, await readClaims(oidc, issuer, request, reply));
      } catch (cause) {
        if (cause instanceof Problem) {
          countRefusedAuthentication(request, 'sign-in service', cause.code);
          throw cause;
        }
        countRefusedAuthentication(request, 'sign-in service', 'invalid_callback');
        request.log.warn(
          { reason: cause instanceof Error ? cause.message : 'unknown' },
          'a console sign-in failed',
        );
        throw new Problem('invalid_callback', {
          detail: 'The sign-in could not be verified. Sign in again.',
          cause,
        });
      }
    },
  };
}

/** The state is random, single-use and bound to the browser by its cookie: so is what is derived from it. */
function nonceOf(state: string): string {
  return createHash('sha256').update(`nonce:${state}`).digest('base64url');
}

function httpOptions(oidc: OidcSettings) {
  return {
    signal: () => AbortSignal.timeout(requestSeconds * 1000),
    [oauth.allowInsecureRequests]: oidc.allowInsecure,
  };
}

async function openIssuer(oidc: OidcSettings, publicUrl: string): Promise<Issuer> {
  const identifier = new URL(oidc.issuer);
  const response = await oauth.discoveryRequest(identifier, httpOptions(oidc));
  const metadata = await oauth.processDiscoveryResponse(identifier, response);
  const { authorization_endpoint: authorization, token_endpoint: token } = metadata;
  if (authorization === undefined || token === undefined) throw new Error('The issuer names no endpoints.');
  const [authorizeUrl, tokenUrl] = [new URL(authorization), new URL(token)];
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const https = publicUrl.startsWith('https:');
  // The plugin decorates the server it is registered on, which is closed for that once it has started: it gets its own.
  const host = Fastify();
  await host.register(oauth2, {
    name: 'console',
    scope: [...oidc.scopes],
    credentials: {
      client: { id: oidc.clientId, secret: oidc.clientSecret.reveal() },
      auth: {
        authorizeHost: authorizeUrl.origin,
        authorizePath: authorizeUrl.pathname,
        tokenHost: tokenUrl.origin,
        tokenPath: tokenUrl.pathname,
      },
      http: { timeout: requestSeconds * 1000, maxBytes: 65_536, redirects: 0 },
      options: { authorizationMethod: methods.includes('client_secret_basic') ? 'header' : 'body' },
    },
    callbackUri: `${publicUrl}/auth/callback`,
    pkce: 'S256',
    redirectStateCookieName: ownCookie(publicUrl, 'oauth2-redirect-state').name,
    verifierCookieName: ownCookie(publicUrl, 'oauth2-code-verifier').name,
    // The prefix of their names on https has the plugin set the path that it demands.
    cookie: {
      httpOnly: true,
      sameSite: 'lax',
      secure: https,
      path: `${publicPath(publicUrl)}/auth`,
      maxAge: 600,
    },
  });
  await host.ready();
  const client = host['oauth2Console'];
  if (client === undefined) throw new Error('The sign-in client was not registered.');
  return { metadata, client };
}

async function readClaims(
  oidc: OidcSettings,
  { metadata, client }: Issuer,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<oauth.JsonObject> {
  const query = new URL(request.url, 'http://internal').searchParams;
  const me: oauth.Client = { client_id: oidc.clientId };
  // Duplicates, `error` and `iss` (RFC 9207); the state itself is compared with the browser's cookie by the plugin.
  oauth.validateAuthResponse(metadata, me, query, oauth.skipStateCheck);
  const { token } = await client.getAccessTokenFromAuthorizationCodeFlow(request, reply);
  const answer = new Response(JSON.stringify(token), { headers: { 'content-type': 'application/json' } });
  const processed = await oauth.processAuthorizationCodeResponse(metadata, me, answer, {
    expectedNonce: nonceOf(query.get('state') ?? ''),
    requireIdToken: true,
  });
  await oauth.validateApplicationLevelSignature(metadata, answer, httpOptions(oidc));
  const claims = oauth.getValidatedIdTokenClaims(processed);
  if (claims === undefined) throw new Error('The issuer sent no ID token.');
  // Many issuers keep the ID token short and tell the rest at the userinfo endpoint.
  const wanted = ['email', 'email_verified', ...(oidc.roleMapping.size > 0 ? [oidc.roleClaim] : [])];
  const complete = wanted.every((name) => claims[name] !== undefined);
  if (complete || metadata.userinfo_endpoint === undefined) return claims;
  const info = await oauth.userInfoRequest(metadata, me, processed.access_token, httpOptions(oidc));
  // Throws unless the subject is the one of the ID token. [OpenID Connect Core 1.0 §5.3.2]
  return { ...(await oauth.processUserInfoResponse(metadata, me, claims.sub, info)), ...claims };
}
