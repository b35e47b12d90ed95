import { createConnectSession } from '@latchkey/core/connect-sessions';
import type { Route } from '../../api.ts';
import { idempotent } from '../../plugins/idempotency.ts';
import { idempotencyHeaders, orProblem } from '../schemas.ts';
import { createBody, createdBody, createdSchema } from './schemas.ts';

export const createConnectSessionRoute: Route = (api) => {
  api.post(
    '/v1/connect-sessions',
    {
      schema: {
        operationId: 'createConnectSession',
        summary: 'Make a page on which a person makes one connection',
        description:
          'Open `url` in the browser of that person, in a popup, a frame or the tab itself. It ends in 30 minutes.',
        tags: ['connect-sessions'],
        headers: idempotencyHeaders,
        body: createBody,
        response: { 201: createdSchema, ...orProblem },
      },
      config: { permission: 'authorization:write', audit: 'connect_session.create', limit: 'write' },
    },
    async (request, reply) =>
      idempotent(request, reply, (ctx) => createConnectSession(ctx, request.body), {
        status: 201,
        body: createdBody,
      }),
  );
};
