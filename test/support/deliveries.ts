import { expect } from 'vitest';
import { createHandlers } from '@latchkey/worker/handlers.ts';
import type { JobName } from '@latchkey/core/queues';
import { stateOf } from './api-routes.ts';
import { eventually } from './eventually.ts';
import type { Stack } from './stack.ts';

let made = 0;

/** Hands a job to its handler directly, as a queue does that delivers it once more. */
export async function deliver(stack: Stack, name: JobName, authorizationId: string): Promise<void> {
  const data = { workspaceId: stack.worker.defaultWorkspaceId, authorizationId };
  await createHandlers(stack.worker)[name](data, {
    jobId: `test-${(made += 1)}`,
    signal: new AbortController().signal,
  });
}

/** Puts the job into the queue once more under other ids, and waits until the workers have had them. */
export async function queueAgain(stack: Stack, name: JobName, authorizationId: string): Promise<void> {
  const data = { workspaceId: stack.worker.defaultWorkspaceId, authorizationId };
  const { queues } = stack.worker.transport;
  const jobIds = [1, 2, 3].map(() => `duplicate-${(made += 1)}`);
  await Promise.all(jobIds.map((jobId) => queues.add(name, data, { jobId })));
  await eventually(
    async () => (await Promise.all(jobIds.map((jobId) => queues.has(name, jobId)))).every((has) => !has),
    {
      describe: 'the duplicate jobs were delivered',
    },
  );
}

/** The state of the workspace, and how many lines its audit has. */
export async function everything(stack: Stack): Promise<string> {
  const workspaceId = stack.api.defaultWorkspaceId;
  const { rows } = await stack.database.superuser.query(
    'select count(*) from audit_entry where workspace_id = $1',
    [workspaceId],
  );
  return `${await stateOf(stack, workspaceId)}\naudit ${rows[0].count}`;
}

/** Jobs that ended: however they are delivered, nothing changes and the provider hears nothing. */
export async function expectNothingMore(
  stack: Stack,
  ...ended: readonly (readonly [name: JobName, authorizationId: string])[]
): Promise<void> {
  await stack.worker.relay.idle();
  const before = await everything(stack);
  await stack.sandbox.control.clearLog();
  await Promise.all(ended.map(([name, id]) => deliver(stack, name, id)));
  await Promise.all(ended.flatMap(([name, id]) => [1, 2, 3].map(() => deliver(stack, name, id))));
  await Promise.all(ended.map(([name, id]) => queueAgain(stack, name, id)));
  await stack.worker.relay.idle();
  expect(await everything(stack)).toBe(before);
  expect(await stack.sandbox.control.log()).toEqual([]);
}
