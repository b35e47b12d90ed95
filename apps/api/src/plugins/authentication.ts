import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { recordAudit } from '@latchkey/core/audit';
import type { Actor } from '@latchkey/core/context.ts';
import { Problem } from '@latchkey/core/errors.ts';
import {
  addressAllowed,
  authenticateToken,
  authenticationCacheSeconds,
  noteTokenUse,
  type Authenticated,
} from '@latchkey/core/service-tokens';
import { findSession } from '@latchkey/core/sessions';
import { constantTimeEqual } from '@latchkey/core/vault';
import { countRefusedAuthentication } from './refused-authentication.ts';
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
  /**
   * Null when the request names nobody.
   * @throws Problem `unauthenticated`, `address_not_allowed`, `cross_site_request`, `workspace_not_found`
   */
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
  subject: null,
};

/** Who tries on and on from a wrong address shall not fill the audit. */
const refusalSeconds = 60;

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
    const { runtime, apiSettings } = api;
    const https = runtime.settings.publicUrl.startsWith('https:');
    const adminDigest = sha256(runtime.settings.adminToken.reveal());
    const cache = createTokenCache<Authenticated>({ seconds: authenticationCacheSeconds, size: 10_000 });
    const isAdminToken = (token: string) => constantTimeEqual(sha256(token), adminDigest);
    const lookUp = (token: string) =>
      authenticateToken({ em: runtime.orm.em.fork(), vault: runtime.vault }, { token });
    const session = async (value: string, as: 'seen' | 'look') =>
      findSession(
        { em: runtime.orm.em.fork(), vault: runtime.vault },
        { value, idleMinutes: apiSettings.sessionIdleMinutes, as },
      );
    const refusals = createTokenCache<true>({ seconds: refusalSeconds, size: 1_000 });

    /** Each refusal is logged; the audit has those of a token from one address once a minute. */
    const refuseAddress = async ({ id, ip, log }: FastifyRequest, { workspaceId, actor }: Authenticated) => {
      log.warn({ actor: actor.id, clientAddress: ip }, 'a token was refused because of the address');
      await refusals.through(`${actor.id} ${ip}`, async () => {
        const ctx = { em: runtime.orm.em.fork(), workspaceId, actor, requestId: id, clientAddress: ip };
        await recordAudit(ctx, {
          action: 'service_token.address_refused',
          subject: actor.id,
          outcome: 'refused',
        });
        return true;
      });
      throw new Problem('address_not_allowed');
    };

    const byToken = async (request: FastifyRequest, token: string): Promise<Identity> => {
      if (isAdminToken(token)) return chooseWorkspace(runtime, request, bootstrapActor, null);
      let isFresh = false;
      const find = () => {
        isFresh = true;
        return lookUp(token);
      };
      const found = token.startsWith('lk_') ? await cache.through(token, find) : null;
      if (found === null) {
        request.log.warn({ clientAddress: request.ip }, 'a request with an unknown token was refused');
        countRefusedAuthentication(request, 'service token', 'unauthenticated');
        throw new Problem('unauthenticated', {
          detail: 'The token is not known, was revoked, or has expired.',
        });
      }
      if (!addressAllowed(found.allowedAddresses, request.ip)) await refuseAddress(request, found);
      if (isFresh && found.useIsOld) await noteTokenUse(runtime.orm.em.fork(), found.actor.id);
      return chooseWorkspace(runtime, request, found.actor, found.workspaceId);
    };

    api.decorate('authentication', {
      isAdminToken,
      identify: async (request) => {
        const token = bearerToken(request);
        if (token !== null) return byToken(request, token);
        const cookie = readSessionCookie(request, https);
        const found = cookie === null ? null : await session(cookie, 'seen');
        if (found === null) return null;
        requireSameOrigin(request, runtime.settings.publicUrl);
        return chooseWorkspace(runtime, request, found.actor, null);
      },
      stillValid: async (request) => {
        const token = bearerToken(request);
        if (token !== null) {
          if (isAdminToken(token)) return true;
          const found = await lookUp(token);
          return found !== null && addressAllowed(found.allowedAddresses, request.ip);
        }
        const cookie = readSessionCookie(request, https);
        return cookie !== null && (await session(cookie, 'look')) !== null;
      },
      forgetTokens: () => {
        cache.clear();
      },
    });

    // Revoked or changed by another API process: the cache would believe in what was for some seconds more.
    const unsubscribe = runtime.transport.bus.subscribe(({ type }) => {
      if (type.startsWith('latchkey.service_token.')) cache.clear();
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
