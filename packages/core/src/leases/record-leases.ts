import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { recordAudits, type AuditRecord } from '../audit/index.ts';
import { db } from '../db/index.ts';

export interface LeaseRecord {
  readonly id: string;
  readonly workspaceId: string;
  readonly credentialId: string;
  readonly tokenVersion: number;
  readonly runId: string | null;
  readonly nodeId: string | null;
  readonly audit: AuditRecord;
}

/**
 * Makes many leases durable in one transaction, audit included: no secret leaves before. `last_used_at` is written at
 * most once a minute per credential.
 */
export async function recordLeases(em: EntityManager, leases: readonly LeaseRecord[]): Promise<void> {
  await em.transactional(async (tx) => {
    await db(tx)
      .insertInto('lease')
      .values(leases.map(({ audit: _audit, ...lease }) => lease))
      .execute();
    await recordAudits(
      tx,
      leases.map(({ audit }) => audit),
    );
    // In the order of their ids, so that two processes never wait for each other.
    await sql`
      update credential set last_used_at = now() where id in (
        select id from credential where id = any(${[...new Set(leases.map((lease) => lease.credentialId))]})
          and (last_used_at is null or last_used_at < now() - interval '1 minute')
        order by id for update skip locked
      )`.execute(db(tx));
  });
}
