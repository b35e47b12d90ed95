import type { Workspace } from '@latchkey/core/workspaces';
import { z } from 'zod';
import { listOf, name, time, toTime } from '../schemas.ts';

export const workspaceSchema = z
  .object({ id: z.string(), name: z.string(), createdAt: time })
  .meta({ id: 'Workspace', description: 'The tenant: everything else belongs to exactly one.' });

export const workspaceList = listOf(workspaceSchema);

export const createBody = z.strictObject({ name });

export function workspaceBody(workspace: Workspace): z.output<typeof workspaceSchema> {
  return { id: workspace.id, name: workspace.name, createdAt: toTime(workspace.createdAt) };
}
