import { endSessions } from '@latchkey/core/sessions';
import { z } from 'zod';
import type { Route } from '../../api.ts';
import { ofInstance } from '../../plugins/context.ts';
import { orProblem } from '../schemas.ts';
import { endQuery } from './schemas.ts';

export const endSessionsRoute: Route = (api) => {
  api.delete(
    '/v1/sessions',
    {
      schema: {
        operationId: 'endSessions',
        summary: 'End all sessions of a person but the one that asks',
        tags: ['sessions'],
        querystring: endQuery,
        response: { 200: z.object({ ended: z.int() }), ...orProblem },
      },
      config: { permission: 'session:manage', audit: 'session.end', limit: 'write' },
    },
    async (request) => ({
      ended: await endSessions(ofInstance(request), { subject: request.query.subject ?? null }),
    }),
  );
};
