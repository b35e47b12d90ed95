import { addKey } from '@latchkey/core/connect-sessions';
import type { Route } from '../../api.ts';
import { authorizationBody } from '../authorizations/schemas.ts';
import { createBody, queuedSchema } from '../credentials/schemas.ts';
import { orProblem } from '../schemas.ts';

export const addKeyRoute: Route = (api) => {
  api.post(
    '/v1/connect-session/credentials',
    {
      schema: {
        operationId: 'addKeyOnConnectPage',
        summary: 'Take a key from the connect page, and check it',
        description: 'After one that was refused it takes its place: no second credential is made.',
        tags: ['connect-sessions'],
        body: createBody.omit({ visibility: true }),
        response: { 202: queuedSchema, ...orProblem },
      },
      config: { permission: 'connect_session', audit: 'credential.create', limit: 'key_check' },
    },
    async ({ ctx, body }, reply) => {
      const authorization = await addKey(ctx, body);
      return reply.code(202).send({ authorization: authorizationBody(authorization) });
    },
  );
};
