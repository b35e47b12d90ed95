import { verifyConsent } from '@latchkey/core/connect-sessions';
import type { Route } from '../../api.ts';
import { byId, orProblem } from '../schemas.ts';
import { outcomeBody, outcomeSchema, verifyBody } from './schemas.ts';

export const verifyConnectSessionRoute: Route = (api) => {
  api.post(
    '/v1/connect-sessions/:id/verify',
    {
      schema: {
        operationId: 'verifyConnectSession',
        summary: 'Let the consent of a connect session with a `codeChallenge` count',
        description:
          'Only for the person for whose browser the session was made: take `codeVerifier` from where that browser’s own session keeps it. Works once for each consent; the account is connected after it.',
        tags: ['connect-sessions'],
        params: byId,
        body: verifyBody,
        response: { 200: outcomeSchema, ...orProblem },
      },
      config: { permission: 'authorization:write', audit: 'connect_session.verify', limit: 'write' },
    },
    async ({ ctx, params, body }) => outcomeBody(await verifyConsent(ctx, { ...params, ...body })),
  );
};
