import { expect } from 'vitest';
import type { Client } from './client.ts';
import type { Stack } from './stack.ts';

interface Inhabitant {
  readonly workspaceId: string;
  readonly token: string;
  readonly client: Client;
}

/** An administrator's token of a new workspace: names, defaults and events of other tests do not matter there. */
export async function inNewWorkspace(stack: Stack): Promise<Inhabitant> {
  const made = await stack.admin.post('/v1/workspaces', { name: `Workspace ${Math.random()}` });
  expect(made.status, made.text).toBe(201);
  const workspaceId: string = made.body.id;
  const answer = await stack.admin.post(
    '/v1/service-tokens',
    { name: 'test', role: 'admin' },
    { headers: { 'x-workspace': workspaceId } },
  );
  expect(answer.status, answer.text).toBe(201);
  return { workspaceId, token: answer.body.token, client: stack.clientWith(answer.body.token) };
}
