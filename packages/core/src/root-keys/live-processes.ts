import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { db } from '../db/index.ts';

/** A process that has said nothing for so long is gone. */
const silentSeconds = 30;

export interface LiveProcess {
  readonly id: string;
  readonly role: 'api' | 'worker';
  readonly version: string;
  readonly rootKeyIds: string[];
  readonly generation: number;
  readonly seenAt: Date;
}

/** The processes that run at the moment, by PostgreSQL's clock. */
export async function liveProcesses(em: EntityManager): Promise<LiveProcess[]> {
  return db(em)
    .selectFrom('process_report')
    .select(['id', 'role', 'version', 'rootKeyIds', 'generation', 'seenAt'])
    .where('seenAt', '>', sql<Date>`now() - make_interval(secs => ${silentSeconds})`)
    .orderBy('id')
    .execute();
}

/** The ids of live processes that cannot use a root key. */
export async function processesWithout(em: EntityManager, keyId: string): Promise<string[]> {
  const live = await liveProcesses(em);
  return live.filter(({ rootKeyIds }) => !rootKeyIds.includes(keyId)).map(({ id }) => id);
}
