import { endSession } from '@latchkey/core/sessions';
import { z } from 'zod';
import type { Route } from '../../api.ts';
import { ofInstance } from '../../plugins/context.ts';
import { byId, orProblem } from '../schemas.ts';

export const endSessionByIdRoute: Route = (api) => {
  api.delete(
    '/v1/sessions/:id',
    {
      schema: {
        operationId: 'endSessionById',
        summary: 'End a session of the console',
        tags: ['sessions'],
        params: byId,
        response: { 204: z.void().describe('It is over.'), ...orProblem },
      },
      config: { permission: 'session:manage', audit: 'session.end', limit: 'write' },
    },
    async (request, reply) => {
      await endSession(ofInstance(request), request.params);
      return reply.code(204).send();
    },
  );
};
