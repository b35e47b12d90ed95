import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { db, violatedConstraint, withinWorkspaces } from '../db/index.ts';
import { Problem } from '../errors.ts';
import { newId } from '../ids.ts';

export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** @throws Problem `name_taken` */
export async function createWorkspace(ctx: Context, { name }: { name: string }): Promise<Workspace> {
  try {
    return await transact(ctx, async (tx) => {
      const id = newId('workspace');
      const workspace = await db(withinWorkspaces(tx.em, [id]))
        .insertInto('workspace')
        .values({ id, name: name.trim() })
        .returning(['id', 'name', 'createdAt'])
        .executeTakeFirstOrThrow();
      await tx.vault.createDataKey(tx.em, workspace.id);
      await recordAudit(tx, {
        action: 'workspace.create',
        subject: workspace.id,
        data: { name: workspace.name },
      });
      return workspace;
    });
  } catch (error) {
    if (violatedConstraint(error) !== 'workspace_name_key') throw error;
    throw new Problem('name_taken', { detail: `A workspace is already called "${name.trim()}".` });
  }
}
