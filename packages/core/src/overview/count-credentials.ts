import { sql } from 'kysely';
import { visibleTo } from '../access/index.ts';
import type { Context } from '../context.ts';
import { actorNeeded, credentialTransitions, type CredentialStatus } from '../credentials/index.ts';
import { db } from '../db/index.ts';

export interface CredentialCounts {
  readonly total: number;
  readonly byStatus: Readonly<Record<CredentialStatus, number>>;
  /** Active ones that the provider does not refresh at the moment. */
  readonly refreshFailing: number;
  readonly needSomeone: { readonly total: number; readonly user: number; readonly admin: number };
}

/** Of those that the actor sees, like the list of them. */
export async function countCredentials({ em, workspaceId, actor }: Context): Promise<CredentialCounts> {
  const { rows } = await sql<{
    status: CredentialStatus;
    failing: boolean;
    needed: 'user' | 'admin' | null;
    count: number;
  }>`
    select status, health = 'refresh_failing' as failing, ${actorNeeded} as needed, count(*)::int as count
    from credential
    where workspace_id = ${workspaceId} and ${visibleTo(actor, sql`array[credential.id]`)}
    group by 1, 2, 3`.execute(db(em));
  const sumOf = (filter: (row: (typeof rows)[number]) => boolean) =>
    rows.filter(filter).reduce((sum, { count }) => sum + count, 0);
  const statuses = Object.keys(credentialTransitions) as CredentialStatus[];
  const byStatus = statuses.map((status) => [status, sumOf((row) => row.status === status)] as const);
  return {
    total: sumOf(() => true),
    byStatus: Object.fromEntries(byStatus) as Record<CredentialStatus, number>,
    refreshFailing: sumOf(({ status, failing }) => status === 'active' && failing),
    needSomeone: {
      total: sumOf(({ needed }) => needed !== null),
      user: sumOf(({ needed }) => needed === 'user'),
      admin: sumOf(({ needed }) => needed === 'admin'),
    },
  };
}
