import fastifyPlugin from 'fastify-plugin';
import { recordAudit } from '@latchkey/core/audit';
import { requirePermission } from '@latchkey/core/context.ts';
import { loggedPath } from './request-log.ts';

/**
 * The one hook that lets a request through to its use case. Every route declares its permission, what it leaves in the
 * audit, and the limits that it counts against; one that does not stops the boot.
 */
export const authorizationPlugin = fastifyPlugin(
  (api, _options, done) => {
    api.addHook('onRoute', (route) => {
      const { permission, audit, limit } = route.config ?? {};
      const name = `The route ${String(route.method)} ${route.url}`;
      if (permission === undefined || audit === undefined)
        throw new Error(`${name} declares no permission or no audit answer.`);
      if (limit === undefined) throw new Error(`${name} declares no class of rate limits.`);
    });
    api.addHook('onRequest', async (request) => {
      const { permission } = request.routeOptions.config;
      const { identity } = request;
      if (identity === null || permission === undefined || permission === 'public') return;
      // What a connect page may do follows from its session; the use cases keep to that.
      if (permission === 'connect_session') return;
      try {
        requirePermission(identity.actor, permission);
      } catch (refusal) {
        await recordAudit(request.ctx, {
          action: 'permission.refuse',
          subject: `${request.method} ${loggedPath(request)}`,
          outcome: 'refused',
          data: { permission, role: identity.actor.role },
        });
        throw refusal;
      }
    });
    done();
  },
  { name: 'authorization', dependencies: ['context'] },
);
