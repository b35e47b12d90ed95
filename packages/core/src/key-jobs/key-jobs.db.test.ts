import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../context.ts';
import { openPayload, sealPayload } from '../credentials/payload.ts';
import { openJournalEntry } from '../refresh/journal-entry.ts';
import { newRootKey, openKeyProcess, openWorkspace, type KeyProcess } from '../testing/key-processes.ts';
import { insertCredential, insertEveryOther, payloadOf } from '../testing/sealed-rows.ts';
import { openScratchDatabase, type ScratchDatabase } from '../testing/scratch-database.ts';
import { cancelKeyJob, getKeyJob, resealLeftovers, startKeyJob, stepKeyJob, workKeyJobs } from './index.ts';
import { sealedTables } from './sealed-tables.ts';

let database: ScratchDatabase;
let worker: KeyProcess;
let workspaceId: string;

const rootKey = newRootKey('main');

beforeAll(async () => {
  database = await openScratchDatabase('keyjobs');
  worker = await openKeyProcess(database, rootKey);
});

afterAll(() => database.drop());

beforeEach(async () => {
  await query('delete from process_report');
  await query(`update key_job set status = 'cancelled' where status = 'running'`);
  for (const { name } of sealedTables)
    await query(`delete from ${name === 'authorization' ? '"authorization"' : name}`);
  workspaceId = await openWorkspace(worker);
});

const query = async (text: string, values: unknown[] = []) =>
  (await database.superuser.query(text, values)).rows;

/** A worker on a pool of its own, without anything of another one in its memory. */
const another = (options?: Parameters<typeof openKeyProcess>[2]) =>
  openKeyProcess(database, rootKey, options);

const rotate = (ctx = worker.context()) => startKeyJob(ctx, { kind: 'rotate_data', workspaceId });

/** Works until there is nothing to do. A worker that just rotated follows its own change first, as its reports do. */
async function finish({ vault, context }: KeyProcess, id: string) {
  for (let turn = 0; turn < 1000; turn += 1) {
    // The first turn replaces data keys; a turn that waits for others comes again in a second, and here at once.
    await stepKeyJob(context());
    await vault.renewKeys();
    await workKeyJobs(context());
    await query('update key_job set next_batch_at = now() where id = $1', [id]);
    const job = await getKeyJob(context(), { id });
    if (job.status !== 'running') return job;
  }
  throw new Error('the job does not end');
}

/** Until new data keys are there and records come next. */
async function replaceKeys({ vault, context }: KeyProcess) {
  await stepKeyJob(context());
  await vault.renewKeys();
}

async function secretOf(id: string, { vault } = worker): Promise<unknown> {
  const [row] = await query(
    `select id, workspace_id as "workspaceId", token_version as "tokenVersion", key_salt as "keySalt", sealed
     from credential where id = $1`,
    [id],
  );
  return openPayload({ vault }, row);
}

const currentKey = async () =>
  (await query('select id from data_key where workspace_id = $1 and retired_at is null', [workspaceId]))[0]
    .id;

const keysOf = async (table: string) =>
  (await query(`select data_key_of(sealed) as key from ${table} where sealed is not null`)).map(
    ({ key }) => key,
  );

const insertMany = async (count: number) => {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1)
    ids.push(await insertCredential(database, worker, workspaceId, `secret ${n}`));
  return ids;
};

describe('the tables that a rotation goes over', () => {
  it('are all that have a ciphertext', async () => {
    const rows = await query(
      `select table_name from information_schema.columns where table_schema = 'public' and column_name = 'sealed'`,
    );
    expect(sealedTables.map(({ name }) => name).toSorted()).toEqual(
      rows.map(({ table_name: name }) => String(name)).toSorted(),
    );
  });
});

describe('a rotation of data keys', () => {
  it('encrypts every kind of record anew, and each opens at its place as before', async () => {
    const id = await insertCredential(database, worker, workspaceId, 'in the credential');
    await insertEveryOther(database, worker, workspaceId, 'elsewhere');
    const job = await finish(worker, (await rotate()).id);
    expect(job).toMatchObject({ status: 'succeeded', done: 6, total: 6, skipped: 0, error: null });
    const current = await currentKey();
    for (const { name } of sealedTables)
      expect(await keysOf(name === 'authorization' ? '"authorization"' : name), name).toEqual([current]);

    const fresh = await another();
    const { vault } = fresh;
    expect(await secretOf(id, fresh)).toEqual(payloadOf('in the credential'));
    const [entry] = await query(
      `select id, workspace_id as "workspaceId", token_version as "tokenVersion", key_salt as "keySalt", sealed from token_journal`,
    );
    expect((await openJournalEntry({ vault }, entry)).payload).toEqual(payloadOf('elsewhere'));
    const places = [
      [`select id, key_salt, sealed, version from oauth_client where sealed is not null`, 'client_secret'],
      [`select id, key_salt, sealed, 0 as version from "authorization" where sealed is not null`, 'code'],
      [`select authorization_id as id, key_salt, sealed, 0 as version from authorization_state`, 'verifier'],
      [`select 'bootstrap/a/key' as id, key_salt, sealed, 0 as version from idempotency_key`, 'answer'],
    ] as const;
    for (const [text, field] of places) {
      const [row] = await query(text);
      const place = { workspaceId, record: row.id, field, version: row.version };
      expect(await vault.open(place, row.key_salt, row.sealed), field).toBe('elsewhere');
    }
  });

  it('changes nothing of a row but its ciphertext, and tells nobody that a credential changed', async () => {
    await insertMany(3);
    await insertEveryOther(database, worker, workspaceId, 'elsewhere');
    const rest = () =>
      query(
        `select to_jsonb(c) - '{sealed,data_key_id}'::text[] as row from credential c
         union all select to_jsonb(j) - '{sealed,data_key_id}'::text[] from token_journal j
         union all select to_jsonb(o) - '{sealed,data_key_id}'::text[] from oauth_client o order by 1`,
      );
    const events = () =>
      query(`select type, subject from event where type not like 'latchkey.keys.%' order by position`);
    const before = [await rest(), await events()];
    const sealed = await query('select sealed from credential order by id');
    await finish(worker, (await rotate()).id);
    expect([await rest(), await events()]).toEqual(before);
    const after = await query('select sealed from credential order by id');
    expect(after.filter((row, index) => row.sealed.equals(sealed[index].sealed))).toEqual([]);
  });

  it('opens what the old data key has sealed also afterwards: a file on some disk may hold it', async () => {
    const place = { workspaceId, record: 'jrn_in_a_file', field: 'journal', version: 4 };
    const salt = worker.vault.newSalt();
    const inFile = await worker.vault.seal(place, salt, 'only copy');
    await finish(worker, (await rotate()).id);
    expect(await (await another()).vault.open(place, salt, inFile)).toBe('only copy');
  });

  it('of one workspace leaves the others as they are', async () => {
    const [own] = await insertMany(1);
    const neighbour = await openWorkspace(worker);
    await insertCredential(database, worker, neighbour, 'of the neighbour');
    const before = await query('select id, sealed from credential where workspace_id = $1', [neighbour]);
    expect(await finish(worker, (await rotate()).id)).toMatchObject({ done: 1, total: 1 });
    expect(await query('select id, sealed from credential where workspace_id = $1', [neighbour])).toEqual(
      before,
    );
    expect(await secretOf(own ?? '')).toEqual(payloadOf('secret 0'));
  });

  it('of all workspaces gives each a new data key, and its records', async () => {
    const neighbour = await openWorkspace(worker);
    await insertMany(2);
    await insertCredential(database, worker, neighbour, 'of the neighbour');
    const old = await query('select id from data_key where retired_at is null order by id');
    const job = await startKeyJob(worker.context(), { kind: 'rotate_data' });
    expect(await finish(worker, job.id)).toMatchObject({ status: 'succeeded', done: 3, total: 3 });
    const now = await query(`select id, purpose from data_key where retired_at is null`);
    const kept = now.filter(({ id }) => old.some((key) => key.id === id));
    expect(kept.map(({ purpose }) => purpose)).toEqual(['lookup']);
  });

  it('seals what is new with the new data key from the moment that a process has followed the change', async () => {
    const old = await currentKey();
    const other = await another();
    await other.vault.warm(workspaceId);
    await rotate();
    await stepKeyJob(worker.context());
    const keyOf = async () => {
      const bytes = await other.vault.seal(
        { workspaceId, record: 'r', field: 'f', version: 0 },
        other.vault.newSalt(),
        'x',
      );
      return bytes.subarray(2, 2 + (bytes[1] ?? 0)).toString();
    };
    expect(await keyOf()).toBe(old);
    await other.vault.renewKeys();
    expect(await keyOf()).toBe(await currentKey());
  });

  it('that cannot be followed while the database is away leaves a process the key that it has', async () => {
    const other = await another();
    await other.vault.warm(workspaceId);
    await rotate();
    await stepKeyJob(worker.context());
    await query('alter table data_key rename to data_key_away');
    try {
      await expect(other.vault.renewKeys()).rejects.toThrow(/data_key/);
      const place = { workspaceId, record: 'r', field: 'f', version: 0 };
      const salt = other.vault.newSalt();
      expect(await other.vault.open(place, salt, await other.vault.seal(place, salt, 'sealed'))).toBe(
        'sealed',
      );
    } finally {
      await query('alter table data_key_away rename to data_key');
    }
  });
});

describe('a rotation under writes', () => {
  it('C29: never puts an older token over a newer one', async () => {
    const [id = ''] = await insertMany(1);
    await rotate();
    await replaceKeys(worker);
    const { vault } = worker;
    let raced = 0;
    // The newer token is committed after the old one was read and before it is written back, every time.
    const racing: Context['vault'] = {
      ...vault,
      async reseal(place, keySalt, sealed) {
        if (raced++ === 0) {
          const owner = { id, workspaceId, tokenVersion: 2, keySalt: Buffer.from(keySalt) };
          const newer = await sealPayload({ vault }, owner, payloadOf('the newer token'));
          await query('update credential set sealed = $1, token_version = 2 where id = $2', [newer, id]);
        }
        return vault.reseal(place, keySalt, sealed);
      },
    };
    const job = await finishWith({
      ...worker,
      vault: racing,
      context: () => worker.context({ vault: racing }),
    });
    expect(raced).toBe(1);
    expect(job).toMatchObject({ status: 'succeeded', skipped: 1, done: 0 });
    expect(await secretOf(id)).toEqual(payloadOf('the newer token'));
    expect(await query('select token_version from credential')).toEqual([{ token_version: 2 }]);
  });

  it('waits for no row that somebody holds, and comes back for it', async () => {
    const [held, free] = await insertMany(2);
    const { id } = await rotate();
    await replaceKeys(worker);
    const holder = new Client({ connectionString: database.url });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query('select from credential where id = $1 for update', [held]);
      for (let turn = 0; turn < 5; turn += 1) await stepKeyJob(worker.context());
      const keys = await query('select id, data_key_of(sealed) as key from credential order by id');
      expect(keys.find((row) => row.id === free).key).toBe(await currentKey());
      expect(keys.find((row) => row.id === held).key).not.toBe(await currentKey());
      expect((await getKeyJob(worker.context(), { id })).status).toBe('running');
      await holder.query('commit');
    } finally {
      await holder.end();
    }
    expect(await finish(worker, id)).toMatchObject({ status: 'succeeded', done: 2, total: 2 });
  });

  it('does not begin with records while a live process has not followed the change of keys', async () => {
    await insertMany(1);
    const { id } = await rotate();
    await query(
      `insert into process_report (id, role, version, root_key_ids, generation) values ('slow/1/x', 'api', '1', '{main}', -1)`,
    );
    await replaceKeys(worker);
    for (let turn = 0; turn < 5; turn += 1) {
      await query('update key_job set next_batch_at = now()');
      expect(await stepKeyJob(worker.context())).toBeNull();
    }
    expect(await getKeyJob(worker.context(), { id })).toMatchObject({ status: 'running', done: 0, total: 1 });
    // Who is silent for half a minute is gone.
    await query(`update process_report set seen_at = now() - interval '31 seconds'`);
    await query('update key_job set next_batch_at = now()');
    expect(await finish(worker, id)).toMatchObject({ status: 'succeeded', done: 1 });
  });
});

async function finishWith(process: KeyProcess) {
  const [{ id }] = await query(`select id from key_job where status = 'running'`);
  return finish(process, id);
}

describe('a key job', () => {
  it('goes on where a killed worker left it: nothing is lost and nothing is done twice', async () => {
    const ids = await insertMany(25);
    const slow = await another({ rowsPerSecond: 100 }); // ten rows per batch
    const { id } = await rotate();
    await replaceKeys(slow);
    await stepKeyJob(slow.context());
    const progress = await getKeyJob(worker.context(), { id });
    expect(progress).toMatchObject({ status: 'running', done: 10, total: 25 });
    // Killed in the middle of a batch, after rows were written and before anything was committed.
    let written = 0;
    const dying: Context['vault'] = {
      ...slow.vault,
      async reseal(...row) {
        if (++written === 7) throw new Error('SIGKILL');
        return slow.vault.reseal(...row);
      },
    };
    await query('update key_job set next_batch_at = now()');
    await expect(stepKeyJob(slow.context({ vault: dying }))).rejects.toThrow('SIGKILL');
    expect(written).toBe(7);
    expect(await getKeyJob(worker.context(), { id })).toEqual(progress);
    const next = await another();
    expect(await finish(next, id)).toMatchObject({ status: 'succeeded', done: 25, total: 25, skipped: 0 });
    for (const [n, credential] of ids.entries())
      expect(await secretOf(credential)).toEqual(payloadOf(`secret ${n}`));
  });

  it('is worked on by one of several workers at a time, and each row once', async () => {
    await insertMany(40);
    const workers = await Promise.all([1, 2, 3].map(() => another({ rowsPerSecond: 1000 })));
    const { id } = await rotate();
    const jobs = await Promise.all(workers.map((each) => finish(each, id)));
    for (const job of jobs)
      expect(job).toMatchObject({ status: 'succeeded', done: 40, total: 40, skipped: 0 });
  });

  it('has one worker at a time: while one is at a batch, another finds nothing to do', async () => {
    await insertMany(3);
    const other = await another();
    await rotate();
    await replaceKeys(worker);
    const turns: unknown[] = [];
    const slow: Context['vault'] = {
      ...worker.vault,
      async reseal(...row) {
        turns.push(await stepKeyJob(other.context()));
        return worker.vault.reseal(...row);
      },
    };
    expect(await stepKeyJob(worker.context({ vault: slow }))).not.toBeNull();
    expect(turns).toEqual([null, null, null]);
    expect(await query(`select done from key_job where status = 'running'`)).toEqual([{ done: 3 }]);
  });

  it('gives nobody a turn before its rate allows it', async () => {
    await insertMany(3);
    const slow = await another({ rowsPerSecond: 1 });
    await rotate();
    await replaceKeys(slow);
    expect(await stepKeyJob(slow.context())).toBe(1);
    const [{ seconds }] = await query(
      `select extract(epoch from next_batch_at - updated_at)::float8 as seconds from key_job where status = 'running'`,
    );
    expect(seconds).toBeGreaterThanOrEqual(0.99);
    await query(`update key_job set next_batch_at = now() + interval '1 hour' where status = 'running'`);
    expect(await stepKeyJob(worker.context())).toBeNull();
    expect(await query(`select done from key_job where status = 'running'`)).toEqual([{ done: 1 }]);
  });

  it('that meets a record which does not open encrypts all others, and then fails and says so', async () => {
    const [broken, ...sound] = await insertMany(4);
    await query(
      `update credential set sealed = set_byte(sealed, length(sealed) - 1, get_byte(sealed, length(sealed) - 1) # 1) where id = $1`,
      [broken],
    );
    const job = await finish(worker, (await rotate()).id);
    expect(job).toMatchObject({ status: 'failed', done: 3 });
    expect(job.error).toContain('1 record(s)');
    const rows = await query('select id, data_key_of(sealed) as key from credential');
    const current = await currentKey();
    expect(
      rows
        .filter(({ key }) => key === current)
        .map(({ id }) => String(id))
        .toSorted(),
    ).toEqual(sound.toSorted());
    expect(worker.log.warn).toHaveBeenCalledWith(
      expect.objectContaining({ table: 'credential', workspaceId, record: broken }),
      'a row does not open',
    );
  });

  it('tells of its start and its end, and the audit has both', async () => {
    await insertMany(1);
    const { id } = await rotate();
    await finish(worker, id);
    const events = await query('select type, data from event where subject = $1 order by position', [id]);
    expect(events.map(({ type }) => type)).toEqual([
      'latchkey.keys.job_started',
      'latchkey.keys.job_progressed',
      'latchkey.keys.job_succeeded',
    ]);
    expect(events.at(-1)?.data).toEqual({
      kind: 'rotate_data',
      workspaceId,
      total: 1,
      done: 1,
      skipped: 0,
      error: null,
    });
    const audit = await query('select action from audit_entry where subject = $1 order by position', [id]);
    expect(audit.map(({ action }) => action)).toEqual(['key_job.start', 'key_job.end']);
  });

  it('tells of its progress every five seconds at most', async () => {
    await insertMany(60);
    const slow = await another({ rowsPerSecond: 100 });
    const { id } = await rotate();
    await finish(slow, id);
    const gaps = await query(
      `select extract(epoch from time - lag(time) over (order by position))::float8 as seconds
       from event where subject = $1 and type = 'latchkey.keys.job_progressed'`,
      [id],
    );
    expect(gaps.length).toBeGreaterThan(0);
    expect(gaps.slice(1).filter(({ seconds }) => seconds < 5)).toEqual([]);
  });

  it('runs once of its kind: a second one is refused and names the first', async () => {
    const { id } = await rotate();
    await expect(rotate()).rejects.toMatchObject({
      code: 'key_job_running',
      details: { extensions: { jobId: id } },
    });
    await expect(startKeyJob(worker.context(), { kind: 'rewrap' })).resolves.toMatchObject({
      kind: 'rewrap',
    });
  });

  it('that is cancelled does nothing more, and a new one does what is left', async () => {
    await insertMany(25);
    const slow = await another({ rowsPerSecond: 100 });
    const { id } = await rotate();
    await replaceKeys(slow);
    await stepKeyJob(slow.context());
    expect(await cancelKeyJob(worker.context(), { id })).toMatchObject({ status: 'cancelled', done: 10 });
    await workKeyJobs(worker.context());
    expect(await getKeyJob(worker.context(), { id })).toMatchObject({ status: 'cancelled', done: 10 });
    await expect(cancelKeyJob(worker.context(), { id })).rejects.toMatchObject({
      code: 'key_job_not_cancellable',
    });
    expect(await finish(worker, (await rotate()).id)).toMatchObject({ status: 'succeeded', done: 25 });
    expect(new Set(await keysOf('credential'))).toEqual(new Set([await currentKey()]));
  });

  it('of a workspace that does not exist, or a rewrap of one, is refused', async () => {
    const ctx = worker.context();
    await expect(startKeyJob(ctx, { kind: 'rotate_data', workspaceId: 'ws_no' })).rejects.toMatchObject({
      code: 'workspace_not_found',
    });
    await expect(startKeyJob(ctx, { kind: 'rewrap', workspaceId })).rejects.toMatchObject({
      code: 'validation_failed',
    });
    await expect(getKeyJob(ctx, { id: 'kj_no' })).rejects.toMatchObject({ code: 'key_job_not_found' });
  });
});

describe('leftovers', () => {
  it('that came under a retired key after its rotation are encrypted anew by and by', async () => {
    const old = await another();
    await old.vault.warm(workspaceId);
    await finish(worker, (await rotate()).id);
    // Sealed by a process that had not heard of it, and committed late.
    const late = await insertCredential(database, old, workspaceId, 'late');
    expect(await keysOf('credential')).not.toEqual([await currentKey()]);
    const running = await startKeyJob(worker.context(), {
      kind: 'rotate_data',
      workspaceId: await openWorkspace(worker),
    });
    expect(await resealLeftovers(worker.context(), 100)).toBe(0);
    await cancelKeyJob(worker.context(), { id: running.id });
    expect(await resealLeftovers(worker.context(), 100)).toBe(1);
    expect(await keysOf('credential')).toEqual([await currentKey()]);
    expect(await secretOf(late)).toEqual(payloadOf('late'));
    expect(await resealLeftovers(worker.context(), 100)).toBe(0);
  });
});

describe('the token journal', () => {
  it('takes another ciphertext of a data key of its workspace, and no other change', async () => {
    await insertEveryOther(database, worker, workspaceId, 'elsewhere');
    const neighbour = await openWorkspace(worker);
    const refused = async (text: string, values: unknown[] = []) =>
      expect(query(text, values), text).rejects.toThrow('token_journal is append-only');
    const sealFor = async (workspace: string) =>
      worker.vault.seal(
        { workspaceId: workspace, record: 'r', field: 'journal', version: 3 },
        worker.vault.newSalt(),
        'x',
      );
    await refused('update token_journal set sealed = $1', [await sealFor(workspaceId)]);
    await refused('update token_journal set sealed = $1', [await sealFor(neighbour)]);
    await rotate();
    await replaceKeys(worker);
    const renewed = await sealFor(workspaceId);
    for (const column of ['fence', 'token_version'])
      await refused(`update token_journal set sealed = $1, ${column} = ${column} + 1`, [renewed]);
    await refused('update token_journal set sealed = $1, key_salt = sealed', [renewed]);
    await refused(`update token_journal set sealed = $1, source = 'spill'`, [renewed]);
    await query('update token_journal set sealed = $1', [renewed]);
  });
});
