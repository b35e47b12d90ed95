import { getOutcome } from '@latchkey/core/connect-sessions';
import type { Route } from '../../api.ts';
import { waitSignal } from '../../plugins/lifecycle.ts';
import { byId, orProblem } from '../schemas.ts';
import { outcomeBody, outcomeQuery, outcomeSchema } from './schemas.ts';

export const getConnectSessionRoute: Route = (api) => {
  api.get(
    '/v1/connect-sessions/:id',
    {
      schema: {
        operationId: 'getConnectSession',
        summary: 'How a connect session stands, or wait for a change',
        description: 'What a browser says about it proves nothing; this does.',
        tags: ['connect-sessions'],
        params: byId,
        querystring: outcomeQuery,
        response: { 200: outcomeSchema, ...orProblem },
      },
      config: { permission: 'authorization:read', audit: null, limit: 'read' },
    },
    async ({ ctx, params, query }, reply) =>
      outcomeBody(
        await getOutcome(ctx, {
          ...params,
          waitSeconds: query.wait,
          seen: query.seen,
          signal: waitSignal(reply),
        }),
      ),
  );
};
