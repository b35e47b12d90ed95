import { randomBytes } from 'node:crypto';
import { readEnvironment } from '@latchkey/api/env.ts';
import { migrate, openOrm } from '@latchkey/core/db';
import { ConfigurationError } from '@latchkey/core/errors.ts';
import { createLogger } from '@latchkey/core/logger.ts';
import { openRuntime } from '@latchkey/core/runtime.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEmptyDatabase, type EmptyDatabase } from '../support/empty-database.ts';

let database: EmptyDatabase;

beforeEach(async () => {
  database = await openEmptyDatabase();
});

afterEach(() => database.drop());

const log = createLogger({ name: 'test', level: 'silent' });

const rootKey = randomBytes(32).toString('base64');

function settingsFor(url: string) {
  return readEnvironment({
    DATABASE_URL: url,
    LATCHKEY_ROOT_KEYS: `test:${rootKey}`,
    LATCHKEY_ADMIN_TOKEN: 'lk_admin_token_of_this_test',
  }).settings;
}

async function boot(url: string) {
  const runtime = await openRuntime(settingsFor(url), { role: 'worker', log });
  await runtime.close();
}

/** Every table, index, constraint, function and trigger, as text. */
async function schema(): Promise<string> {
  const { rows } = await database.superuser.query<{ line: string }>(`
    select line from (
      select format('%s %s %s', table_name, column_name, data_type) as line from information_schema.columns where table_schema = 'public'
      union all select indexdef from pg_indexes where schemaname = 'public'
      union all select format('%s %s', conname, pg_get_constraintdef(oid)) from pg_constraint where connamespace = 'public'::regnamespace
      union all select pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
      union all select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
    ) as lines order by line`);
  return rows.map(({ line }) => line).join('\n');
}

async function everyRow(): Promise<string> {
  const tables = ['workspace', 'data_key', 'root_key_check', 'credential', 'migration'];
  const texts: string[] = [];
  for (const table of tables) {
    const { rows } = await database.superuser.query(
      `select to_jsonb(t)::text as row from ${table} t order by 1`,
    );
    texts.push(`${table} ${JSON.stringify(rows)}`);
  }
  return texts.join('\n');
}

const all = [
  '0001-initial',
  '0002-refresh-engine',
  '0003-root-keys',
  '0004-audit',
  '0005-access',
  '0006-row-level-security',
  '0007-console',
  '0008-connect-sessions',
  '0009-connect-session-bindings',
];

describe('migrations', () => {
  it('make the schema on an empty database, after which every process boots', async () => {
    expect(await migrate(database.url)).toEqual(all);
    await boot(database.url);
    await boot(database.url);
  });

  it('change nothing in a database that has them, rows included', async () => {
    await migrate(database.url);
    await boot(database.url);
    await database.superuser.query(`insert into workspace (id, name) values ('ws_1', 'Populated')`);
    await insertCredential({ id: 'cred_1' });
    const before = [await schema(), await everyRow()];
    expect(before[0]).toContain('credential_one_default');
    expect(before[1]).toContain('cred_1');
    expect(await migrate(database.url)).toEqual([]);
    expect([await schema(), await everyRow()]).toEqual(before);
  });

  it('keep every row that a database of 0001-initial has', async () => {
    const orm = await openOrm({ databaseUrl: database.url, poolSize: 1, rowLevelSecurity: false });
    await orm.migrator.up({ to: '0001-initial' });
    await orm.close();
    await database.superuser.query(`insert into workspace (id, name) values ('ws_1', 'Populated')`);
    await insertCredential({ id: 'cred_1' });
    const { rows: before } = await database.superuser.query('select * from credential');
    expect(await migrate(database.url)).toEqual(all.slice(1));
    const { rows: after } = await database.superuser.query('select * from credential');
    expect(after).toMatchObject(before);
    await boot(database.url);
  });

  it('0003-root-keys: keeps as primary the root key that wrapped last, and lets no old configuration bring back another', async () => {
    const orm = await openOrm({ databaseUrl: database.url, poolSize: 1, rowLevelSecurity: false });
    await orm.migrator.up({ to: '0002-refresh-engine' });
    await orm.close();
    await database.superuser.query(
      `insert into root_key_check (key_id, check_value) values ('used', '\\x01'), ('spare', '\\x02'), ('older', '\\x03');
       insert into workspace (id, name) values ('ws_1', 'Populated');
       insert into data_key (id, workspace_id, purpose, root_key_id, wrapped, created_at) values
         ('dk_1', null, 'lookup', 'older', '\\x04', now() - interval '1 day'), ('dk_2', 'ws_1', 'seal', 'used', '\\x05', now())`,
    );
    await migrate(database.url);
    const { rows } = await database.superuser.query(
      `select key_id, kind, state, promoted_at is not null as promoted from root_key_check order by key_id`,
    );
    expect(rows).toEqual([
      { key_id: 'older', kind: 'local', state: 'known', promoted: true },
      { key_id: 'spare', kind: 'local', state: 'known', promoted: false },
      { key_id: 'used', kind: 'local', state: 'primary', promoted: true },
    ]);
  });

  it('started five times at once, run once', async () => {
    const ran = await Promise.all(Array.from({ length: 5 }, () => migrate(database.url)));
    expect(ran.toSorted((a, b) => b.length - a.length)).toEqual([all, [], [], [], []]);
    const { rows } = await database.superuser.query('select name from migration');
    expect(rows).toEqual(all.map((name) => ({ name })));
  });

  it('that are missing stop a boot with a sentence that says what to do, and nothing is written', async () => {
    const refusal = await boot(database.url).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ConfigurationError);
    expect((refusal as ConfigurationError).lines).toEqual([
      `The database lacks ${all.length} migration(s), first 0001-initial: run "npm run migrate".`,
    ]);
    const { rows } = await database.superuser.query(
      `select count(*)::int as n from information_schema.tables where table_schema = 'public' and table_name <> 'migration'`,
    );
    expect(rows).toEqual([{ n: 0 }]);
  });

  it('on a server that is not there are refused with a readable line, without the password', async () => {
    const refusal = await migrate('postgres://somebody:hunter2secret@127.0.0.1:1/none').catch(
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(ConfigurationError);
    expect(String(refusal)).toContain('DATABASE_URL: the database cannot be used');
    expect(String(refusal)).not.toContain('hunter2secret');
  });

  it('leave a schema that the entities describe', async () => {
    await migrate(database.url);
    const orm = await openOrm({ databaseUrl: database.url, poolSize: 1 });
    try {
      const { rows } = await database.superuser.query<{ name: string }>(
        `select format('%s.%s', table_name, column_name) as name from information_schema.columns where table_schema = 'public'`,
      );
      const stored = new Set(rows.map(({ name }) => name));
      const described = [...orm.getMetadata().getAll().values()].flatMap(({ tableName, properties }) =>
        Object.values(properties).flatMap(({ fieldNames }) =>
          fieldNames.map((field) => `${tableName}.${field}`),
        ),
      );
      expect(described.length).toBeGreaterThan(100);
      expect(described.filter((column) => !stored.has(column))).toEqual([]);
    } finally {
      await orm.close(true);
    }
  });
});

async function insertCredential(row: Record<string, unknown>) {
  const values = {
    workspace_id: 'ws_1',
    provider: 'notion',
    name: row['id'],
    auth_method: 'api_key',
    status: 'active',
    health: 'ok',
    is_default: true,
    key_salt: Buffer.alloc(32),
    sealed: Buffer.from('x'),
    token_version: 1,
    ...row,
  };
  const names = Object.keys(values);
  await database.superuser.query(
    `insert into credential (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(values),
  );
}
