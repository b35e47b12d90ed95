import type { FastifyRequest } from 'fastify';
import type { Actor } from '@latchkey/core/context.ts';
import { Problem } from '@latchkey/core/errors.ts';
import type { Runtime } from '@latchkey/core/runtime.ts';
import { workspaceExists } from '@latchkey/core/workspaces';

/** Who calls, and in which workspace. */
export interface Identity {
  readonly actor: Actor;
  readonly workspaceId: string;
}

/** Workspaces are never removed, so what exists once exists for good. Per instance: tests run several. */
const known = new WeakMap<Runtime, Set<string>>();

/** A choice in a query comes before the check of the query: PostgreSQL refuses some characters. */
const idLike = /^[\w-]{1,100}$/;

async function exists(runtime: Runtime, id: string): Promise<boolean> {
  if (!idLike.test(id)) return false;
  const seen = known.get(runtime) ?? new Set<string>();
  known.set(runtime, seen);
  if (seen.has(id)) return true;
  if (!(await workspaceExists(runtime.orm.em.fork(), id))) return false;
  seen.add(id);
  return true;
}

function chosenWorkspace({ headers, query, routeOptions }: FastifyRequest): unknown {
  const { 'x-workspace': header } = headers;
  if (header !== undefined || routeOptions.config.workspaceInQuery !== true) return header;
  return (query as Readonly<Record<string, unknown>>)['workspace'];
}

/**
 * The workspace a caller acts in: its own, or for the bootstrap token and admin sessions the one that `X-Workspace`
 * names. Anybody else's choice is answered as if that workspace did not exist.
 * @throws Problem `workspace_not_found`
 */
export async function chooseWorkspace(
  runtime: Runtime,
  request: FastifyRequest,
  actor: Actor,
  own: string | null,
): Promise<Identity> {
  const chosen = chosenWorkspace(request);
  const home = own ?? runtime.defaultWorkspaceId;
  if (chosen === undefined || chosen === home) return { actor, workspaceId: home };
  const mayChoose = own === null && actor.role === 'admin';
  if (typeof chosen !== 'string' || !mayChoose || !(await exists(runtime, chosen))) {
    throw new Problem('workspace_not_found');
  }
  return { actor, workspaceId: chosen };
}
