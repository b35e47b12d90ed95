import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { db } from '../db/index.ts';
import type { GateReason } from './gate-state.ts';

export interface GateView {
  readonly provider: string;
  /** Refuses every call; false also while one call tries whether the provider is back. */
  readonly open: boolean;
  readonly openUntil: Date | null;
  readonly reason: GateReason | null;
  /** Credentials that failed in a row. */
  readonly failing: number;
}

/** The gates of all providers and clients of the instance, without naming a client. For operators. */
export async function readGates(em: EntityManager): Promise<GateView[]> {
  const { rows } = await sql<GateView>`
    select provider, coalesce(open_until > now(), false) as open, open_until as "openUntil", reason,
      cardinality(failing) as failing
    from provider_gate order by provider, client_hash`.execute(db(em));
  return rows;
}
