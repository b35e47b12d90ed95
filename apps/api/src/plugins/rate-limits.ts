import type { FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { Problem } from '@latchkey/core/errors.ts';
import {
  addressBlock,
  openLimiter,
  openRedisShares,
  type Limit,
  type Taken,
} from '@latchkey/core/rate-limits';
import { limitClasses, type LimitScope, type RouteLimit } from '../rate-limits/limit-classes.ts';
import { refusalLog } from '../rate-limits/refusal-log.ts';

interface RequestLimits {
  /** Counts a request without a token for its address; of any other it only looks whether that is used up. @throws Problem `too_many_requests` */
  admitAddress(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Counts a request for token, workspace and address of its caller. @throws Problem `too_many_requests` */
  admitCaller(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** The same for a class that only the body shows. @throws Problem `too_many_requests` */
  admitAs(limitClass: RouteLimit, request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** A secret that nobody knows was not looked up. */
  guessRefused(by: 'address' | 'process', address: string): void;
}

declare module 'fastify' {
  interface FastifyInstance {
    rateLimits: RequestLimits;
  }

  interface FastifyRequest {
    /** Whom the client's address stands for. */
    addressBlock: string;
  }
}

interface Taking {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly together: boolean;
}

/** The fields of draft-ietf-httpapi-ratelimit-headers-10: what holds here, and what is left of it. */
function showLimit(reply: FastifyReply, { name, count, seconds }: Limit, taken: Taken): void {
  reply.header('ratelimit-policy', `"${name}";q=${count};w=${seconds}`);
  reply.header('ratelimit', `"${name}";r=${taken.remaining};t=${Math.ceil(taken.fullAfterSeconds)}`);
}

/** Counts requests before they cost anything. Every route declares its class; see `limit-classes.ts`. */
export const rateLimitsPlugin = fastifyPlugin(
  (api, _options, done) => {
    const { runtime, apiSettings } = api;
    const { redisUrl } = runtime.settings;
    const urls = redisUrl?.split(',').map((url) => url.trim());
    const limiter = openLimiter({ shares: urls === undefined ? null : openRedisShares(urls, runtime.log) });
    const logRefusal = refusalLog(runtime.log);

    const refuse = (
      limitClass: RouteLimit,
      scope: LimitScope,
      limit: Limit,
      taken: Taken,
      address: string,
    ) => {
      api.metrics.rateLimited(limitClass, scope);
      logRefusal(limitClass, scope, address);
      throw new Problem('too_many_requests', {
        detail: `The limit "${limit.name}" is ${limit.count} requests in ${limit.seconds} seconds.`,
        retryAfterSeconds: taken.retryAfterSeconds,
      });
    };

    /** Counts for one scope, in the order in which a refusal takes the least away from others. */
    const take = async (
      limitClass: RouteLimit,
      scope: LimitScope,
      id: string,
      { request, reply, together }: Taking,
    ) => {
      const limit = apiSettings.rateLimits[limitClass][scope];
      if (limit === undefined) return;
      const taken = together ? await limiter.takeTogether(limit, id) : limiter.take(limit, id);
      if (scope === 'token' || request.identity === null || !taken.allowed) showLimit(reply, limit, taken);
      if (!taken.allowed) refuse(limitClass, scope, limit, taken, request.ip);
    };

    const admitAs = async (limitClass: RouteLimit, request: FastifyRequest, reply: FastifyReply) => {
      const { identity, addressBlock: address } = request;
      if (identity === null) return;
      const { together } = limitClasses[limitClass];
      await take(limitClass, 'token', identity.actor.id, { request, reply, together });
      await take(limitClass, 'workspace', identity.workspaceId, { request, reply, together });
      await take(limitClass, 'address', address, { request, reply, together: false });
    };

    api.decorateRequest('addressBlock', '');
    api.decorate('rateLimits', {
      async admitAddress(request, reply) {
        const { limit: limitClass, permission } = request.routeOptions.config;
        const limit = limitClass && apiSettings.rateLimits[limitClass].address;
        if (limitClass === undefined || limit === undefined) return;
        if (permission === 'public') {
          const { together } = limitClasses[limitClass];
          await take(limitClass, 'address', request.addressBlock, { request, reply, together });
          return;
        }
        // What is refused for a wrong token must not use up what callers behind the same address have.
        const room = limiter.look(limit, request.addressBlock);
        if (room.allowed) return;
        showLimit(reply, limit, room);
        refuse(limitClass, 'address', limit, room, request.ip);
      },
      async admitCaller(request, reply) {
        const { limit } = request.routeOptions.config;
        if (limit !== undefined) await admitAs(limit, request, reply);
      },
      admitAs,
      guessRefused(by, address) {
        api.metrics.rateLimited('guess', by);
        logRefusal('guess', by, address);
      },
    });
    api.addHook('onRequest', (request, _reply, next) => {
      request.addressBlock = addressBlock(request.ip);
      next();
    });
    api.addHook('onClose', (_instance, closed) => {
      limiter.close();
      closed();
    });
    done();
  },
  { name: 'rate-limits', dependencies: ['runtime', 'metrics'] },
);
