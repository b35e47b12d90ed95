import type { FastifyRequest } from 'fastify';
import { recordAudit } from '@latchkey/core/audit';
import { isInstanceAdmin } from '@latchkey/core/context.ts';
import { Problem } from '@latchkey/core/errors.ts';

/** @throws Problem `forbidden` */
export async function requireInstanceAdmin({ ctx, method, routeOptions }: FastifyRequest): Promise<void> {
  if (isInstanceAdmin(ctx.actor)) return;
  const subject = `${method} ${routeOptions.url ?? ''}`;
  await recordAudit(ctx, {
    action: 'permission.refuse',
    subject,
    outcome: 'refused',
    data: { role: ctx.actor.role },
  });
  throw new Problem('forbidden', {
    detail: 'Workspaces, keys and queues are managed with the bootstrap admin token.',
  });
}
