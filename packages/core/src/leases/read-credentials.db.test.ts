import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { db, openOrm, withinWorkspaces } from '../db/index.ts';
import { newId } from '../ids.ts';
import { openScratchDatabase, type ScratchDatabase } from '../testing/scratch-database.ts';
import { readCredentials } from './read-credentials.ts';

let database: ScratchDatabase;
const workspaceId = newId('workspace');

beforeAll(async () => {
  database = await openScratchDatabase('read');
  await database.superuser.query('insert into workspace (id, name) values ($1, $1)', [workspaceId]);
  await database.superuser.query(
    `insert into credential (id, workspace_id, provider, name, auth_method, status, health, is_default, key_salt, sealed, token_version)
     select 'cred_' || n, $1, 'provider_' || n % 100, n, 'api_key', 'active', 'ok', n < 100, '\\x00', '\\x00', 1
     from generate_series(0, 4999) n`,
    [workspaceId],
  );
  await database.superuser.query('analyze');
});

afterAll(() => database.drop());

async function scansOfTheTable(): Promise<number> {
  const { rows } = await database.superuser.query(
    `select seq_scan::int as scans from pg_stat_user_tables where relname = 'credential'`,
  );
  return rows[0].scans;
}

it('finds what a lease needs by an index, although a policy stands before it', async () => {
  const orm = await openOrm({ databaseUrl: database.url, poolSize: 1 });
  try {
    const em = withinWorkspaces(orm.em, [workspaceId]);
    const told = () => sql`select pg_stat_force_next_flush()`.execute(db(em));
    const before = await scansOfTheTable();
    const found = await readCredentials(em, [
      { workspaceId, provider: 'provider_7', credentialId: null },
      { workspaceId, provider: 'provider_8', credentialId: 'cred_4208' },
    ]);
    expect(found.map((row) => row?.id)).toEqual(['cred_7', 'cred_4208']);
    await told();
    expect(await scansOfTheTable()).toBe(before);
    // The counter counts.
    await sql`select count(*) from credential where name = 'x'`.execute(db(em));
    await told();
    expect(await scansOfTheTable()).toBeGreaterThan(before);
  } finally {
    await orm.close(true);
  }
});
