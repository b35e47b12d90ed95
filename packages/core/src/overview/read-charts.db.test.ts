import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { db, openOrm, withinWorkspaces } from '../db/index.ts';
import { newId } from '../ids.ts';
import { openScratchDatabase, type ScratchDatabase } from '../testing/scratch-database.ts';
import { readCharts } from './read-charts.ts';

let database: ScratchDatabase;
const workspaceId = newId('workspace');
const tables = ['authorization', 'refresh_attempt', 'audit_entry'];

beforeAll(async () => {
  database = await openScratchDatabase('charts');
  const run = (text: string) => database.superuser.query(text, [workspaceId]);
  await run('insert into workspace (id, name) values ($1, $1)');
  await run(
    `insert into "authorization" (id, workspace_id, kind, status, provider, reason, requested_by, key_salt, attempts, created_at, started_at, finished_at)
     select 'auth_' || n, $1, 'refresh_token', 'succeeded', 'x', 'schedule', 'x', '\\x00', 1, at, at + interval '1 second', at + interval '2 seconds'
     from (select n, now() - n * interval '1 minute' as at from generate_series(1, 20000) n) one`,
  );
  await run(
    `insert into refresh_attempt (id, workspace_id, credential_id, authorization_id, fence, token_version, state, started_at)
     select 'att_' || n, $1, 'cred_1', 'auth_' || n, n, 1, 'succeeded', now() - n * interval '1 minute'
     from generate_series(1, 20000) n`,
  );
  await run(
    `insert into audit_entry (id, workspace_id, at, actor_type, actor_id, actor_name, action, subject, outcome, data, sequence)
     select 'aud_' || n, $1, now() - (20001 - n) * interval '1 minute', 'x', 'x', 'x', 'lease.issue', 'x', 'success', '{}', n
     from generate_series(1, 20000) n`,
  );
  await database.superuser.query('vacuum analyze');
});

afterAll(() => database.drop());

/** Of whole tables, since the database was made. */
async function scans(): Promise<Record<string, number>> {
  const { rows } = await database.superuser.query(
    `select relname as name, seq_scan::int as scans from pg_stat_user_tables where relname = any($1)`,
    [tables],
  );
  return Object.fromEntries(rows.map(({ name, scans: count }) => [name, count]));
}

it('charts are read from indexes, although a policy stands before them', async () => {
  const orm = await openOrm({ databaseUrl: database.url, poolSize: 1 });
  try {
    const em = withinWorkspaces(orm.em, [workspaceId]);
    const told = () => sql`select pg_stat_force_next_flush()`.execute(db(em));
    const before = await scans();
    expect(Object.keys(before).toSorted()).toEqual(tables.toSorted());
    const { buckets } = await readCharts({ em, workspaceId }, '24h');
    // One a minute, and the last part is not over yet.
    const full = buckets.slice(1, -1);
    expect(new Set(full.map(({ jobs }) => jobs.finished))).toEqual(new Set([15]));
    expect(new Set(full.map(({ refreshes }) => refreshes.succeeded))).toEqual(new Set([15]));
    expect(new Set(full.map(({ leases }) => leases.perMinute))).toEqual(new Set([1]));
    await told();
    expect(await scans()).toEqual(before);
    // The counter counts.
    await sql`select count(*) from refresh_attempt where error_code = 'x'`.execute(db(em));
    await told();
    expect(await scans()).not.toEqual(before);
  } finally {
    await orm.close(true);
  }
});
