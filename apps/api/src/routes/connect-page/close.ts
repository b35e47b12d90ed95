import { closeConnectSession } from '@latchkey/core/connect-sessions';
import { z } from 'zod';
import type { Route } from '../../api.ts';
import { outcomeBody, outcomeSchema } from '../connect-sessions/schemas.ts';
import { orProblem } from '../schemas.ts';

const body = z
  .strictObject({
    keep: z.boolean().optional().describe('Also a key that could not be checked yet; it is tried again.'),
  })
  .nullish();

export const closeConnectSessionRoute: Route = (api) => {
  api.post(
    '/v1/connect-session/close',
    {
      schema: {
        operationId: 'closeConnectSession',
        summary: 'End the connect session',
        description:
          'What waits for consent is cancelled, and a credential whose key proved nothing is deleted.',
        tags: ['connect-sessions'],
        body,
        response: { 200: outcomeSchema, ...orProblem },
      },
      config: { permission: 'connect_session', audit: 'connect_session.close', limit: 'write' },
    },
    async (request) =>
      outcomeBody(await closeConnectSession(request.ctx, { keep: request.body?.keep ?? false })),
  );
};
