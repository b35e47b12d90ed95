import { issueLease } from '@latchkey/core/leases';
import { countLease } from '@latchkey/core/meters';
import type { Route } from '../../api.ts';
import { waitSignal } from '../../plugins/lifecycle.ts';
import { orProblem } from '../schemas.ts';
import { leaseBody, leaseInput, leaseSchema } from './schemas.ts';

export const issueLeaseRoute: Route = (api) => {
  api.post(
    '/v1/leases',
    {
      schema: {
        operationId: 'issueLease',
        summary: 'Get a credential that works now',
        description:
          'The only answer that carries a secret. `Idempotency-Key` has no effect: a lease is always fresh. Waits for a refresh up to `waitSeconds`, then answers 503 with `Retry-After`; 409 `reauthorization_required` comes with `connectUrl`.',
        tags: ['leases'],
        body: leaseInput,
        response: { 200: leaseSchema, ...orProblem },
      },
      config: { permission: 'lease:issue', audit: 'lease.issue', limit: 'lease' },
    },
    async ({ ctx, body }, reply) => {
      const input = { ...body, signal: waitSignal(reply) };
      return leaseBody(await countLease(ctx.meters, body.provider, () => issueLease(ctx, input)));
    },
  );
};
