import { z } from 'zod';
import type { Route } from '../../api.ts';
import { errorSchema } from '../authorizations/schemas.ts';
import { identifier, orProblem, waitSeconds } from '../schemas.ts';
import { followed } from './followed.ts';

const statusSchema = z.object({
  status: z.string(),
  error: errorSchema.nullable(),
  provider: z.string(),
  credentialId: z.string().nullable(),
  returnTo: z.string().nullable().describe('Where the browser goes now, if the caller named a place.'),
});

export const authorizationStatusRoute: Route = (api) => {
  api.get(
    '/oauth/status/:authorizationId',
    {
      schema: {
        operationId: 'followAuthorization',
        summary: 'How a connection is going, for the browser that started it',
        tags: ['pages'],
        params: z.object({ authorizationId: identifier }),
        querystring: z.object({ wait: waitSeconds }),
        response: { 200: statusSchema, ...orProblem },
      },
      config: { permission: 'public', audit: null, limit: 'read' },
    },
    async (request, reply) =>
      followed(request, reply, { ...request.params, waitSeconds: request.query.wait }),
  );
};
