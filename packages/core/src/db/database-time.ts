import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { db } from './orm.ts';

/** PostgreSQL's clock, the only one that decides anything: hosts may disagree by minutes. */
export async function databaseTime(em: EntityManager): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db(em));
  const row = rows[0];
  if (row === undefined) throw new Error('select without a row');
  return row.now;
}

/** `now()` plus seconds, in SQL. */
export function secondsFromNow(seconds: number) {
  return sql<Date>`now() + make_interval(secs => ${seconds})`;
}

export const now = sql<Date>`now()`;
