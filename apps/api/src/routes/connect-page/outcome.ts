import { getOutcome } from '@latchkey/core/connect-sessions';
import type { Route } from '../../api.ts';
import { outcomePath, tellEmbedder } from '../../plugins/embedders.ts';
import { waitSignal } from '../../plugins/lifecycle.ts';
import { outcomeBody, outcomeQuery, outcomeSchema } from '../connect-sessions/schemas.ts';
import { orProblem } from '../schemas.ts';

export const connectOutcomeRoute: Route = (api) => {
  api.get(
    outcomePath,
    {
      schema: {
        operationId: 'followConnectSession',
        summary: 'How the connect session stands, for the page that embeds it',
        description:
          'Pages of its `allowedOrigins` may read it: where no message of the connect page reaches them.',
        tags: ['connect-sessions'],
        querystring: outcomeQuery,
        response: { 200: outcomeSchema, ...orProblem },
      },
      config: { permission: 'connect_session', audit: null, limit: 'read' },
    },
    async (request, reply) => {
      const { ctx, query } = request;
      tellEmbedder(request, reply);
      const { actor } = ctx;
      return outcomeBody(
        await getOutcome(ctx, {
          id: actor.id,
          waitSeconds: query.wait,
          seen: query.seen,
          signal: waitSignal(reply),
        }),
      );
    },
  );
};
