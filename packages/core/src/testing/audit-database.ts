import type { EntityManager } from '@mikro-orm/postgresql';
import { sealAuditEntries, recordAudits, type AuditRecord } from '../audit/index.ts';
import { acrossWorkspaces, db } from '../db/index.ts';
import { newId } from '../ids.ts';
import { openScratchDatabase, type ScratchDatabase } from './scratch-database.ts';

/** A database with what tests of the audit do to it. */
export interface AuditDatabase extends ScratchDatabase {
  fork(): EntityManager;
  createWorkspace(): Promise<string>;
  /** Leaves `count` entries of a workspace and seals them. */
  sealed(workspaceId: string, count: number): Promise<void>;
  sealAll(): Promise<void>;
  /** As `sealed`, but the entries are so many days old. */
  sealedLongAgo(workspaceId: string, count: number, days: number): Promise<void>;
  /** What somebody with all rights in the database can do; `$1` is the workspace. Throws when nothing was changed. */
  tamper(workspaceId: string, statement: string, parameters?: unknown[]): Promise<void>;
}

export const auditActor = {
  type: 'service_token',
  id: 'st_1',
  name: 'pipeline',
  role: 'admin',
  subject: null,
} as const;

/** Entries as leases leave them, about `cred_0`, `cred_1` and so on. */
export function auditRecords(workspaceId: string, count: number): AuditRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    workspaceId,
    actor: auditActor,
    requestId: null,
    clientAddress: null,
    action: 'lease.issue',
    subject: `cred_${index}`,
    data: { index, nested: { b: 1.5, a: ['x', null, true] } },
  }));
}

export async function openAuditDatabase(prefix: string): Promise<AuditDatabase> {
  const database = await openScratchDatabase(prefix);
  const fork = () => acrossWorkspaces(database.orm.em);
  const sealAll = async () => {
    while ((await sealAuditEntries(fork(), 1000)) > 0);
  };
  const tamper: AuditDatabase['tamper'] = async (workspaceId, statement, parameters = []) => {
    await database.superuser.query('set session_replication_role = replica');
    try {
      const { rowCount } = await database.superuser.query(statement, [workspaceId, ...parameters]);
      if (!rowCount) throw new Error(`nothing to tamper with: ${statement}`);
    } finally {
      await database.superuser.query('reset session_replication_role');
    }
  };
  return {
    ...database,
    fork,
    sealAll,
    tamper,
    async sealedLongAgo(workspaceId, count, days) {
      await recordAudits(fork(), auditRecords(workspaceId, count));
      await tamper(
        workspaceId,
        'update audit_entry set at = at - make_interval(days => $2) where workspace_id = $1 and sequence is null',
        [days],
      );
      await sealAll();
    },
    async createWorkspace() {
      const id = newId('workspace');
      await db(fork()).insertInto('workspace').values({ id, name: id }).execute();
      return id;
    },
    async sealed(workspaceId, count) {
      await recordAudits(fork(), auditRecords(workspaceId, count));
      await sealAll();
    },
  };
}
