import { reportLease } from '@latchkey/core/leases';
import { z } from 'zod';
import type { Route } from '../../api.ts';
import { authorizationBody, authorizationSchema } from '../authorizations/schemas.ts';
import { byId, orProblem } from '../schemas.ts';
import { reportInput } from './schemas.ts';

export const reportLeaseRoute: Route = (api) => {
  api.post(
    '/v1/leases/:id/report',
    {
      schema: {
        operationId: 'reportLease',
        summary: 'Say that the provider refused what a lease handed out',
        description:
          'Queues a refresh or a check of the key. Null: the credential has changed since, lease again.',
        tags: ['leases'],
        params: byId,
        body: reportInput,
        response: { 202: z.object({ authorization: authorizationSchema.nullable() }), ...orProblem },
      },
      config: { permission: 'lease:issue', audit: 'lease.report', limit: 'write' },
    },
    async ({ ctx, params, body }, reply) => {
      const authorization = await reportLease(ctx, { id: params.id, status: body.status });
      return reply
        .code(202)
        .send({ authorization: authorization === null ? null : authorizationBody(authorization) });
    },
  );
};
