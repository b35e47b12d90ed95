import { readConnectSession } from '@latchkey/core/connect-sessions';
import type { Route } from '../../api.ts';
import { connectSessionBody, connectSessionSchema } from '../connect-sessions/schemas.ts';
import { orProblem } from '../schemas.ts';

export const readConnectSessionRoute: Route = (api) => {
  api.get(
    '/v1/connect-session',
    {
      schema: {
        operationId: 'readConnectSession',
        summary: 'What the connect page shows',
        tags: ['connect-sessions'],
        response: { 200: connectSessionSchema, ...orProblem },
      },
      config: { permission: 'connect_session', audit: null, limit: 'read' },
    },
    async ({ ctx }) => connectSessionBody(await readConnectSession(ctx)),
  );
};
