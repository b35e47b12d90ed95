import type { FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { recordAudit } from '@latchkey/core/audit';
import { findConnectSession, type FoundConnectSession } from '@latchkey/core/connect-sessions';
import type { Actor } from '@latchkey/core/context.ts';
import { withinWorkspaces } from '@latchkey/core/db';
import { Problem } from '@latchkey/core/errors.ts';
import { publicOrigin } from '@latchkey/core/public-url.ts';
import { BoundedMap } from '@latchkey/core/rate-limits';
import {
  addressAllowed,
  authenticateToken,
  authenticationCacheSeconds,
  noteTokenUse,
  type Authenticated,
} from '@latchkey/core/service-tokens';
import { findSession, type FoundSession } from '@latchkey/core/sessions';
import { constantTimeEqual } from '@latchkey/core/vault';
import { openGuesses } from './guesses.ts';
import { digestOf, openKnownSecrets } from './known-secrets.ts';
import { countRefusedAuthentication } from './refused-authentication.ts';
import { requireSameOrigin } from './same-origin.ts';
import { readSessionCookie } from './session-cookie.ts';
import { chooseWorkspace, type Identity } from './workspace-choice.ts';

interface Authentication {
  /**
   * Null when the request names nobody.
   * @throws Problem `unauthenticated`, `address_not_allowed`, `cross_site_request`, `workspace_not_found`,
   * `too_many_requests`
   */
  identify(request: FastifyRequest): Promise<Identity | null>;
  /** Asks again, past every cache: for responses that outlive a request. */
  stillValid(request: FastifyRequest): Promise<boolean>;
  /** The console session that the browser's cookie names, also on public pages. @throws Problem `too_many_requests` */
  findSession(request: FastifyRequest): Promise<FoundSession | null>;
  /** The connect session of an address of the connect page. @throws Problem `too_many_requests` */
  findConnectSession(request: FastifyRequest, token: string): Promise<FoundConnectSession | null>;
  /** Whether a request with this token would be refused without a look-up: too many wrong ones came from its address. Counts it then. */
  turnsAway(token: string, addressBlock: string): boolean;
  /** For sign-in: a wrong one is charged to the client's address. @throws Problem `too_many_requests` */
  provesAdmin(request: FastifyRequest, token: string): Promise<boolean>;
  /** For sign-in elsewhere: a refused answer of the issuer is charged as well. @throws Problem `too_many_requests`, and what `finish` throws */
  finishSignIn<T>(request: FastifyRequest, finish: () => Promise<T>): Promise<T>;
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
const refusalMs = 60_000;

/** Tokens, and sessions, that a process knows to be right. */
const mostKnown = 20_000;

/** The token of an `Authorization` header; null when it is none of ours. */
export function readBearer(authorization: string): string | null {
  return /^Bearer ([\x21-\x7e]{1,512})$/i.exec(authorization)?.[1] ?? null;
}

/** Who has the address of a connect page may do there what its session is for. No cookie: the page works in a frame. */
async function identifyConnectPage(request: FastifyRequest): Promise<Identity | null> {
  const token = request.headers['x-connect-session'];
  if (typeof token !== 'string' || !/^[\w-]{1,200}$/.test(token)) return null;
  const found = await request.server.authentication.findConnectSession(request, token);
  if (found === null) throw new Problem('connect_session_not_found');
  request.connectSession = found;
  const { actor, workspaceId } = found;
  return { actor, workspaceId };
}

function bearerToken({ headers: { authorization } }: FastifyRequest): string | null {
  if (authorization === undefined) return null;
  const token = readBearer(authorization);
  if (token === null) throw new Problem('unauthenticated', { detail: 'Send "Authorization: Bearer lk_…".' });
  return token;
}

export const authenticationPlugin = fastifyPlugin(
  (api, _options, done) => {
    const { runtime, apiSettings } = api;
    const { publicUrl } = runtime.settings;
    const origin = publicOrigin(publicUrl);
    const adminKey = Buffer.from(digestOf('token', runtime.settings.adminToken.reveal()));
    const guesses = openGuesses({
      limits: apiSettings.rateLimits.guess,
      onRefusal: (by, address) => api.rateLimits.guessRefused(by, address),
    });
    const tokens = openKnownSecrets<Authenticated>({
      kind: 'token',
      seconds: authenticationCacheSeconds,
      size: mostKnown,
      guesses,
    });
    // A session ends at once: it is looked up every time.
    const sessions = openKnownSecrets<FoundSession>({
      kind: 'session',
      seconds: 0,
      size: mostKnown,
      guesses,
    });
    const connectSessions = openKnownSecrets<FoundConnectSession>({
      kind: 'connect_session',
      seconds: 0,
      size: mostKnown,
      guesses,
    });
    const forgetTokens = () => {
      tokens.clear();
      guesses.forgetWrong();
    };
    // By digest: equal length, and how long it takes tells nothing about the value.
    const isAdminKey = (key: string) => constantTimeEqual(Buffer.from(key), adminKey);
    const isAdminToken = (token: string) => isAdminKey(digestOf('token', token));
    const lookUp = (token: string) =>
      authenticateToken({ em: runtime.orm.em.fork(), vault: runtime.vault }, { token });
    const lookUpSession = async (value: string, as: 'seen' | 'look') =>
      findSession(
        { em: runtime.orm.em.fork(), vault: runtime.vault },
        { value, idleMinutes: apiSettings.sessionIdleMinutes, as },
      );
    const refusedUntil = new BoundedMap<number>(1_000);

    /** Each refusal is logged; the audit has those of a token from one address once a minute. */
    const refuseAddress = async ({ id, ip, log }: FastifyRequest, { workspaceId, actor }: Authenticated) => {
      log.warn({ actor: actor.id, clientAddress: ip }, 'a token was refused because of the address');
      const key = `${actor.id} ${ip}`;
      if ((refusedUntil.peek(key) ?? -Infinity) <= performance.now()) {
        refusedUntil.set(key, performance.now() + refusalMs);
        const em = withinWorkspaces(runtime.orm.em, [workspaceId]);
        const ctx = { em, workspaceId, actor, requestId: id, clientAddress: ip };
        await recordAudit(ctx, {
          action: 'service_token.address_refused',
          subject: actor.id,
          outcome: 'refused',
        });
      }
      throw new Problem('address_not_allowed');
    };

    const byToken = async (request: FastifyRequest, token: string): Promise<Identity> => {
      if (isAdminToken(token)) return chooseWorkspace(runtime, request, bootstrapActor, null);
      let isFresh = false;
      const found = await tokens.through(token, request.addressBlock, async () => {
        isFresh = true;
        const value = token.startsWith('lk_') ? await lookUp(token) : null;
        if (value === null)
          request.log.warn({ clientAddress: request.ip }, 'a request with an unknown token was refused');
        return value;
      });
      if (found === null) {
        countRefusedAuthentication(request, 'service token', 'unauthenticated');
        throw new Problem('unauthenticated', {
          detail: 'The token is not known, was revoked, or has expired.',
        });
      }
      if (!addressAllowed(found.allowedAddresses, request.ip)) await refuseAddress(request, found);
      if (isFresh && found.useIsOld)
        await noteTokenUse(withinWorkspaces(runtime.orm.em, [found.workspaceId]), found.actor.id);
      return chooseWorkspace(runtime, request, found.actor, found.workspaceId);
    };

    const bySession = async (request: FastifyRequest): Promise<FoundSession | null> => {
      const cookie = readSessionCookie(request, publicUrl);
      if (cookie === null) return null;
      return sessions.through(cookie, request.addressBlock, () => lookUpSession(cookie, 'seen'));
    };

    const findConnect = async (request: FastifyRequest, token: string) =>
      connectSessions.through(token, request.addressBlock, () =>
        findConnectSession({ em: runtime.orm.em.fork(), vault: runtime.vault }, { token }),
      );

    api.decorate('authentication', {
      findSession: bySession,
      findConnectSession: findConnect,
      turnsAway: (token, addressBlock) => {
        const key = digestOf('token', token);
        return !isAdminKey(key) && tokens.turnsAway(key, addressBlock);
      },
      provesAdmin: async (request, token) => {
        if (isAdminToken(token)) return true;
        const guess = { key: digestOf('sign-in', token), address: request.addressBlock };
        return (await guesses.attemptElsewhere(guess, () => Promise.resolve(null))) !== null;
      },
      finishSignIn: async (request, finish) => {
        let refusal: unknown;
        // The same answer may be wrong in one browser and right in another.
        const proof = `${request.url} ${request.headers.cookie ?? ''}`;
        const guess = { key: digestOf('sign-in', proof), address: request.addressBlock };
        const finished = await guesses.attemptElsewhere(guess, () =>
          finish().catch((error: unknown) => {
            if (!(error instanceof Problem) || error.code !== 'invalid_callback') throw error;
            refusal = error;
            return null;
          }),
        );
        if (finished === null) throw refusal ?? new Problem('invalid_callback');
        return finished;
      },
      identify: async (request) => {
        const token = bearerToken(request);
        if (token !== null) return byToken(request, token);
        const found = await bySession(request);
        if (found === null) return null;
        requireSameOrigin(request, origin);
        return chooseWorkspace(runtime, request, found.actor, null);
      },
      stillValid: async (request) => {
        const token = bearerToken(request);
        if (token !== null) {
          if (isAdminToken(token)) return true;
          const found = await lookUp(token);
          return found !== null && addressAllowed(found.allowedAddresses, request.ip);
        }
        const cookie = readSessionCookie(request, publicUrl);
        return cookie !== null && (await lookUpSession(cookie, 'look')) !== null;
      },
      forgetTokens,
    });

    // Revoked or changed by another API process: the cache would believe in what was for some seconds more.
    const unsubscribe = runtime.transport.bus.subscribe(({ type }) => {
      if (type.startsWith('latchkey.service_token.')) forgetTokens();
    });
    api.addHook('onClose', (_instance, closed) => {
      unsubscribe();
      closed();
    });

    api.decorateRequest('identity', null);
    api.decorateRequest('connectSession', null);
    api.addHook('onRequest', async (request, reply) => {
      const { permission } = request.routeOptions.config;
      if (request.is404 || permission === undefined) return;
      await api.rateLimits.admitAddress(request, reply);
      if (permission === 'public') return;
      request.identity =
        permission === 'connect_session'
          ? await identifyConnectPage(request)
          : await api.authentication.identify(request);
      if (request.identity === null) {
        throw new Problem('unauthenticated', {
          detail: 'Send "Authorization: Bearer lk_…" or sign in to the console.',
        });
      }
      await api.rateLimits.admitCaller(request, reply);
    });
    done();
  },
  { name: 'authentication', dependencies: ['@fastify/cookie', 'runtime', 'rate-limits'] },
);
