import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { Actor } from '@latchkey/core/context.ts';
import { Problem } from '@latchkey/core/errors.ts';
import {
  authenticateToken,
  authenticationCacheSeconds,
  type Authenticated,
} from '@latchkey/core/service-tokens';
import { findSession } from '@latchkey/core/sessions';
import { constantTimeEqual } from '@latchkey/core/vault';
import { requireSameOrigin } from './same-origin.ts';
import { readSessionCookie } from './session-cookie.ts';
import { createTokenCache } from './token-cache.ts';
import { chooseWorkspace } from './workspace-choice.ts';

/** Who calls, and in which workspace. */
export interface Identity {
  readonly actor: Actor;
  readonly workspaceId: string;
}

interface Authentication {
  /** Null when the request names nobody. @throws Problem `unauthenticated`, `cross_site_request`, `workspace_not_found` */
  identify(request: FastifyRequest): Promise<Identity | null>;
  /** Asks again, past every cache: for responses that outlive a request. */
  stillValid(request: FastifyRequest): Promise<boolean>;
  isAdminToken(token: string): boolean;
  /** Forgets what this process knows about tokens. */
  forgetTokens(): void;
}

declare module 'fastify' {
  interface FastifyInstance {
    authentication: Authentication;
  }
}

export const bootstrapActor: Actor = {
  type: 'bootstrap',
  id: 'bootstrap',
  name: 'admin token',
  role: 'admin',
};

/** Tokens are compared by digest: equal length, and how long it takes tells nothing about the value. */
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function bearerToken(request: FastifyRequest): string | null {
  const { authorization } = request.headers;
  if (authorization === undefined) return null;
  const token = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(authorization)?.[1];
  if (token === undefined)
    throw new Problem('unauthenticated', { detail: 'Send "Authorization: Bearer lk_…".' });
  return token;
}

export const authenticationPlugin = fastifyPlugin(
  (api, _options, done) => {
    const { runtime } = api;
    const https = runtime.settings.publicUrl.startsWith('https:');
    const adminDigest = sha256(runtime.settings.adminToken.reveal());
    const cache = createTokenCache<Authenticated>({ seconds: authenticationCacheSeconds, size: 10_000 });
    const isAdminToken = (token: string) => constantTimeEqual(sha256(token), adminDigest);
    const lookUp = (token: string) =>
      authenticateToken({ em: runtime.orm.em.fork(), vault: runtime.vault }, { token });
    const session = async (value: string) =>
      findSession({ em: runtime.orm.em.fork(), vault: runtime.vault }, { value });

    const byToken = async (request: FastifyRequest, token: string): Promise<Identity> => {
      if (isAdminToken(token)) return chooseWorkspace(runtime, request, bootstrapActor, null);
      const found = token.startsWith('lk_') ? await cache.through(token, () => lookUp(token)) : null;
      if (found === null) {
        request.log.warn({ clientAddress: request.ip }, 'a request with an unknown token was refused');
        throw new Problem('unauthenticated', {
          detail: 'The token is not known, was revoked, or has expired.',
        });
      }
      return chooseWorkspace(runtime, request, found.actor, found.workspaceId);
    };

    api.decorate('authentication', {
      isAdminToken,
      identify: async (request) => {
        const token = bearerToken(request);
        if (token !== null) return byToken(request, token);
        const cookie = readSessionCookie(request, https);
        const found = cookie === null ? null : await session(cookie);
        if (found === null) return null;
        requireSameOrigin(request, runtime.settings.publicUrl);
        return chooseWorkspace(runtime, request, found.actor, null);
      },
      stillValid: async (request) => {
        const token = bearerToken(request);
        if (token !== null) return isAdminToken(token) || (await lookUp(token)) !== null;
        const cookie = readSessionCookie(request, https);
        return cookie !== null && (await session(cookie)) !== null;
      },
      forgetTokens: () => {
        cache.clear();
      },
    });

    // Revoked by another API process: the cache would believe in the token for some seconds more.
    const unsubscribe = runtime.transport.bus.subscribe(({ type }) => {
      if (type === 'latchkey.service_token.revoked') cache.clear();
    });
    api.addHook('onClose', (_instance, closed) => {
      unsubscribe();
      closed();
    });

    api.decorateRequest('identity', null);
    api.addHook('onRequest', async (request) => {
      const { permission } = request.routeOptions.config;
      if (request.is404 || permission === undefined || permission === 'public') return;
      request.identity = await api.authentication.identify(request);
      if (request.identity === null) {
        throw new Problem('unauthenticated', {
          detail: 'Send "Authorization: Bearer lk_…" or sign in to the console.',
        });
      }
    });
    done();
  },
  { name: 'authentication', dependencies: ['@fastify/cookie', 'runtime'] },
);
