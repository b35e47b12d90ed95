import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { db, withinWorkspaces } from '../db/index.ts';
import { ConfigurationError } from '../errors.ts';
import { getKeyJob, startKeyJob, workKeyJobs } from '../key-jobs/index.ts';
import { newRootKey, openKeyProcess, openWorkspace, type KeyProcess } from '../testing/key-processes.ts';
import { openScratchDatabase, type ScratchDatabase } from '../testing/scratch-database.ts';
import { localKeyring, type KeyProvider } from '../vault/index.ts';
import { listRootKeys, promoteRootKey, retireRootKey } from './index.ts';

let database: ScratchDatabase;
const opened: KeyProcess[] = [];

const [oldKey, newKey, thirdKey] = [newRootKey('old'), newRootKey('new'), newRootKey('third')];

beforeAll(async () => {
  database = await openScratchDatabase('rootkeys');
  await query(`insert into workspace (id, name) values ('ws_0', 'Default')`);
});

afterAll(() => database.drop());

beforeEach(async () => {
  await query(
    'delete from process_report; delete from key_job; delete from data_key; delete from root_key_check',
  );
  return async () => {
    await Promise.all(opened.splice(0).map((each) => each.close()));
  };
});

const query = async (text: string, values: unknown[] = []) =>
  (await database.superuser.query(text, values)).rows;

async function open(...keys: string[]): Promise<KeyProcess> {
  const process = await openKeyProcess(database, keys.join(','));
  opened.push(process);
  return process;
}

/** A process that reports, as every one does. */
async function start(...keys: string[]): Promise<KeyProcess> {
  const process = await open(...keys);
  await process.report();
  return process;
}

const states = async () =>
  Object.fromEntries(
    (await query('select key_id, state from root_key_check order by key_id')).map((row) => [
      row.key_id,
      row.state,
    ]),
  );

const refused = (code: string) => expect.objectContaining({ name: 'Problem', code });

/** Until a statement waits for a lock. */
const somebodyWaits = () =>
  vi.waitFor(
    async () => {
      await query('select pg_stat_clear_snapshot()');
      const waiting = await query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      );
      expect(waiting.length).toBeGreaterThan(0);
    },
    { timeout: 10_000 },
  );

/** The process says what it knows now, and not in five seconds. */
async function saysNow(process: KeyProcess, done: () => Promise<void>): Promise<void> {
  process.hear();
  await vi.waitFor(done, { timeout: 10_000 });
}

describe('the primary root key', () => {
  it('of an empty database is the first of the configuration', async () => {
    await open(newKey, oldKey);
    expect(await states()).toEqual({ new: 'primary', old: 'known' });
  });

  it('is one, however many processes start at once and whatever their order', async () => {
    const processes = await Promise.all([open(oldKey, newKey), open(newKey, oldKey), open(oldKey, newKey)]);
    const found = await states();
    expect([found['new'], found['old']]).toEqual(expect.arrayContaining(['known', 'primary']));
    await Promise.all(processes.map((each) => openWorkspace(each)));
    const wrapping = await query(`select distinct root_key_id from data_key where purpose = 'seal'`);
    expect(wrapping).toHaveLength(1);
    expect((await states())[wrapping[0].root_key_id]).toBe('primary');
  });

  it('is replaced by a new key that stands first once every live process can use it, and not before', async () => {
    const behind = await start(oldKey);
    const ahead = await start(newKey, oldKey);
    expect(await states()).toEqual({ new: 'known', old: 'primary' });
    await behind.close();
    await saysNow(ahead, async () => expect(await states()).toEqual({ new: 'primary', old: 'known' }));
    const audit = await query(
      `select actor_id, data from audit_entry where action = 'root_key.promote' order by position desc limit 1`,
    );
    expect(audit).toEqual([{ actor_id: 'system', data: { reason: 'first in the configuration' } }]);
  });

  it('that was promoted by hand is not undone by a configuration with the former one first', async () => {
    const process = await start(oldKey, newKey);
    await promoteRootKey(process.context(), { id: 'new' });
    await start(oldKey, newKey);
    expect(await states()).toEqual({ new: 'primary', old: 'known' });
    await promoteRootKey(process.context(), { id: 'old' });
    await start(newKey, oldKey);
    expect(await states()).toEqual({ new: 'known', old: 'primary' });
  });

  it('stops the start of a process that lacks it, which leaves no report', async () => {
    const first = await start(oldKey, newKey);
    // Between its check and its report another key becomes the primary one.
    const slow = await open(oldKey);
    await promoteRootKey(first.context(), { id: 'new' });
    await expect(slow.report()).rejects.toThrow(ConfigurationError);
    expect(await query('select id from process_report')).toHaveLength(1);
    await expect(open(oldKey)).rejects.toMatchObject({
      lines: ['LATCHKEY_ROOT_KEYS: the key "new" is missing, but it is the primary one. Add it again.'],
    });
  });
});

describe('a promotion', () => {
  it('is refused while a live process cannot use the key, and names it', async () => {
    const behind = await start(oldKey);
    const ahead = await start(oldKey, newKey);
    const [{ id }] = await query(`select id from process_report where not 'new' = any(root_key_ids)`);
    await expect(promoteRootKey(ahead.context(), { id: 'new' })).rejects.toMatchObject({
      code: 'root_key_not_everywhere',
      status: 409,
      message: `1 process(es) cannot use the key "new": ${id}.`,
      details: { extensions: { processes: [id] } },
    });
    await behind.close();
    await expect(promoteRootKey(ahead.context(), { id: 'new' })).resolves.toMatchObject({ state: 'primary' });
  });

  it('does not wait for a process that was killed longer than half a minute ago', async () => {
    const ahead = await start(oldKey, newKey);
    await query(
      `insert into process_report (id, role, version, root_key_ids, generation, seen_at)
       values ('killed/1/x', 'api', '1', '{old}', 0, now() - interval '15 seconds')`,
    );
    await expect(promoteRootKey(ahead.context(), { id: 'new' })).rejects.toEqual(
      refused('root_key_not_everywhere'),
    );
    await query(`update process_report set seen_at = now() - interval '31 seconds' where id = 'killed/1/x'`);
    await expect(promoteRootKey(ahead.context(), { id: 'new' })).resolves.toMatchObject({ id: 'new' });
  });

  it('of a key that nobody ever had, or of a retired one, is refused', async () => {
    const process = await start(oldKey, newKey);
    await expect(promoteRootKey(process.context(), { id: 'no' })).rejects.toEqual(
      refused('root_key_not_found'),
    );
    await retireRootKey(process.context(), { id: 'new' });
    await expect(promoteRootKey(process.context(), { id: 'new' })).rejects.toEqual(
      refused('root_key_retired'),
    );
    await start(newKey, oldKey);
    expect(await states()).toEqual({ new: 'retired', old: 'primary' });
  });

  it('that is under way is waited for by who makes a data key, which the new one then wraps', async () => {
    const process = await start(oldKey, newKey);
    await query(`insert into workspace (id, name) values ('ws_late', 'ws_late')`);
    await query('begin');
    await query(`update root_key_check set state = 'known' where key_id = 'old'`);
    await query(`update root_key_check set state = 'primary' where key_id = 'new'`);
    const made = process.vault.createDataKey(process.context().em, 'ws_late');
    await somebodyWaits();
    await query('commit');
    await made;
    expect(await query(`select root_key_id from data_key where workspace_id = 'ws_late'`)).toEqual([
      { root_key_id: 'new' },
    ]);
  });

  it('waits for a data key that is being made, so that none escapes the count', async () => {
    const process = await start(oldKey, newKey);
    const context = process.context();
    let promotion: Promise<unknown> = Promise.resolve();
    await withinWorkspaces(context.em, ['ws_slow']).transactional(async (em) => {
      await sql`insert into workspace (id, name) values ('ws_slow', 'ws_slow')`.execute(db(em));
      await process.vault.createDataKey(em, 'ws_slow');
      promotion = promoteRootKey(context, { id: 'new' });
      await somebodyWaits();
    });
    await promotion;
    await expect(retireRootKey(context, { id: 'old' })).rejects.toMatchObject({
      code: 'root_key_in_use',
      details: { extensions: { dataKeys: 2 } },
    });
  });
});

describe('retiring', () => {
  it('C30: is refused while the key is primary or wraps a data key, with the number', async () => {
    const process = await start(oldKey, newKey);
    await openWorkspace(process);
    const context = process.context();
    await expect(retireRootKey(context, { id: 'old' })).rejects.toMatchObject({
      code: 'root_key_in_use',
      message: '"old" is the primary key. Promote another one first.',
    });
    await promoteRootKey(context, { id: 'new' });
    await expect(retireRootKey(context, { id: 'old' })).rejects.toMatchObject({
      code: 'root_key_in_use',
      status: 409,
      message: '"old" wraps 2 data key(s). Wrap them anew first (rewrap).',
      details: { extensions: { dataKeys: 2 } },
    });
    expect(await states()).toEqual({ new: 'primary', old: 'known' });
  });

  it('C30: is refused by the database itself, and so is a data key under a retired one', async () => {
    const process = await start(oldKey, newKey);
    await openWorkspace(process);
    await expect(
      query(`update root_key_check set state = 'retired' where key_id = 'old'`),
    ).rejects.toMatchObject({
      constraint: 'root_key_check_retired_unused',
    });
    await retireRootKey(process.context(), { id: 'new' });
    await expect(query(`update data_key set root_key_id = 'new'`)).rejects.toMatchObject({
      constraint: 'data_key_root_key_in_use',
    });
    await expect(
      query(`insert into data_key (id, purpose, root_key_id, wrapped) values ('dk_x', 'lookup', 'new', '')`),
    ).rejects.toMatchObject({ constraint: 'data_key_root_key_in_use' });
  });

  it('ends a key for good: processes start without it, and no other key takes its id', async () => {
    const process = await start(oldKey, newKey);
    const context = process.context();
    const workspace = await openWorkspace(process);
    const place = { workspaceId: workspace, record: 'r', field: 'f', version: 0 };
    const salt = process.vault.newSalt();
    const sealed = await process.vault.seal(place, salt, 'secret');
    await promoteRootKey(context, { id: 'new' });
    const { id } = await startKeyJob(context, { kind: 'rewrap' });
    await workKeyJobs(process.context());
    expect(await getKeyJob(context, { id })).toMatchObject({ status: 'succeeded', done: 2, total: 2 });
    expect(await retireRootKey(context, { id: 'old' })).toMatchObject({ state: 'retired' });
    const without = await open(newKey);
    expect(await without.vault.open(place, salt, sealed)).toBe('secret');
    expect(without.vault.lookupHash('state', 'x')).toEqual(process.vault.lookupHash('state', 'x'));
    await expect(open(newKey, newRootKey('old'))).rejects.toMatchObject({
      lines: ['LATCHKEY_ROOT_KEYS: the key "old" is not the one this database was used with. Restore it.'],
    });
    const audit = await query(
      `select action, subject from audit_entry where action like 'root_key.%' or action like 'key_job.%' order by position desc limit 4`,
    );
    expect(audit.map(({ action }) => action)).toEqual([
      'root_key.retire',
      'key_job.end',
      'key_job.start',
      'root_key.promote',
    ]);
  });
});

describe('a rewrap', () => {
  const rewrap = async (process: KeyProcess) => {
    const { id } = await startKeyJob(process.context(), { kind: 'rewrap' });
    await workKeyJobs(process.context());
    return getKeyJob(process.context(), { id });
  };

  it('wraps every data key of every root key, retired ones included, and only those', async () => {
    const process = await start(oldKey, newKey, thirdKey);
    const first = await openWorkspace(process);
    await promoteRootKey(process.context(), { id: 'new' });
    await openWorkspace(process);
    await query('update data_key set retired_at = now() where workspace_id = $1', [first]);
    await promoteRootKey(process.context(), { id: 'third' });
    await openWorkspace(process);
    expect(await rewrap(process)).toMatchObject({ status: 'succeeded', done: 3, total: 3 });
    expect(await query('select distinct root_key_id from data_key')).toEqual([{ root_key_id: 'third' }]);
    expect(await rewrap(process)).toMatchObject({ status: 'succeeded', done: 0, total: 0 });
  });

  it('that meets a data key which does not unwrap does all others, and then fails and says so', async () => {
    const process = await start(oldKey, newKey);
    const broken = await openWorkspace(process);
    await openWorkspace(process);
    await query(
      'update data_key set wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1) where workspace_id = $1',
      [broken],
    );
    await promoteRootKey(process.context(), { id: 'new' });
    const job = await rewrap(process);
    expect(job).toMatchObject({ status: 'failed', done: 2 });
    expect(job.error).toContain('1 data key(s)');
    await expect(retireRootKey(process.context(), { id: 'old' })).rejects.toEqual(refused('root_key_in_use'));
  });
});

describe('the list of root keys', () => {
  it('says what each wraps, who can use it, and what is left of rotations', async () => {
    const process = await start(oldKey, newKey);
    await process.report('api');
    const workspaceId = await openWorkspace(process);
    await query(
      `insert into process_report (id, role, version, root_key_ids, generation) values ('a/1/x', 'worker', '1', '{old}', 0)`,
    );
    const sealed = await process.vault.seal(
      { workspaceId, record: 'r', field: 'f', version: 0 },
      process.vault.newSalt(),
      'x',
    );
    await query(
      `insert into idempotency_key (workspace_id, actor_id, key, request_hash, status, key_salt, sealed)
       values ($1, 'a', 'k', '', 200, '', $2)`,
      [workspaceId, sealed],
    );
    await query('update data_key set retired_at = now() where workspace_id = $1', [workspaceId]);
    const list = await listRootKeys(process.context());
    expect(list.rootKeys).toMatchObject([
      { id: 'new', kind: 'local', state: 'known', dataKeys: 0 },
      { id: 'old', kind: 'local', state: 'primary', dataKeys: 2 },
    ]);
    expect(list.processes).toHaveLength(3);
    expect(list.rootKeys.map(({ knownBy }) => knownBy.length)).toEqual([2, 3]);
    expect(list.dataKeys).toEqual({ current: 0, retired: 1, rowsLeft: 1 });
    expect(list.workspaces).toEqual([{ workspaceId, dataKeys: 1, rowsLeft: 1 }]);
    await query('delete from idempotency_key');
  });
});

describe('reports', () => {
  /** A keyring whose file changes. */
  function changing(...keys: string[]): KeyProvider & { change(...others: string[]): void } {
    let current = localKeyring(keys.join(','));
    let changed = false;
    return {
      get primaryId() {
        return current.primaryId;
      },
      ids: () => current.ids(),
      kindOf: (id) => current.kindOf(id),
      wrap: (...parameters) => current.wrap(...parameters),
      unwrap: (...parameters) => current.unwrap(...parameters),
      prove: (id) => current.prove(id),
      verify: (...parameters) => current.verify(...parameters),
      reload: async () => {
        const was = changed;
        changed = false;
        return was;
      },
      change(...others) {
        current = localKeyring(others.join(','));
        changed = true;
      },
    };
  }

  const reported = async () =>
    (await query('select root_key_ids from process_report')).flatMap((row) => row.root_key_ids);

  it('follow a key that is added while the process runs, without a restart', async () => {
    const keys = changing(oldKey);
    const process = await openKeyProcess(database, keys);
    opened.push(process);
    await process.report();
    expect(await reported()).toEqual(['old']);
    keys.change(oldKey, newKey);
    await saysNow(process, async () => expect(await reported()).toEqual(['old', 'new']));
    await expect(promoteRootKey(process.context(), { id: 'new' })).resolves.toMatchObject({
      state: 'primary',
    });
  });

  it('do not claim a key that is another one than the database knows under its id', async () => {
    await open(oldKey, newKey);
    const keys = changing(oldKey);
    const process = await openKeyProcess(database, keys);
    opened.push(process);
    await process.report();
    keys.change(oldKey, newRootKey('new'), thirdKey);
    await saysNow(process, async () => expect(await reported()).toEqual(['old', 'third']));
    expect(process.log.error).toHaveBeenCalledWith(
      {
        lines: ['LATCHKEY_ROOT_KEYS: the key "new" is not the one this database was used with. Restore it.'],
      },
      'the root keys are not right',
    );
  });

  it('end with the process', async () => {
    const process = await start(oldKey);
    expect(await reported()).toEqual(['old']);
    await process.close();
    expect(await reported()).toEqual([]);
  });

  it('survive an outage of the database and say the truth again afterwards', async () => {
    const process = await start(oldKey);
    await query('alter table process_report rename to process_report_away');
    process.hear();
    await vi.waitFor(() => expect(process.log.warn).toHaveBeenCalled(), { timeout: 10_000 });
    await query('alter table process_report_away rename to process_report');
    await query('delete from process_report');
    await saysNow(process, async () => expect(await reported()).toEqual(['old']));
  });
});
