import { randomBytes } from 'node:crypto';
import { fingerprint } from '@latchkey/sandbox';
import { setOAuthClient } from '@latchkey/core/oauth-clients';
import { openRuntime, type Runtime } from '@latchkey/core/runtime.ts';
import { Secret } from '@latchkey/core/secret.ts';
import { resealLeftovers } from '@latchkey/core/key-jobs';
import { issueLease } from '@latchkey/core/leases';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { addKey, finish } from '../support/flows.ts';
import { openConnection, type Connection } from '../support/refreshes.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';
import { inNewWorkspace } from '../support/workspaces.ts';

const newRootKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [oldKey, newKey] = [newRootKey('old'), newRootKey('new')];

let stack: Stack;
let connections: Connection[];
let apiKey: string;
/** Somebody else's, which must come through all of it as well. */
let neighbour: Awaited<ReturnType<typeof inNewWorkspace>>;

beforeAll(async () => {
  stack = await startStack({
    env: { LATCHKEY_ROOT_KEYS: `${oldKey},${newKey}`, KEY_JOB_ROWS_PER_SECOND: '20' },
  });
  connections = [await openConnection(stack), await openConnection(stack)];
  apiKey = (await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_of_the_default' })).credential.id;
  neighbour = await inNewWorkspace(stack);
  await addKey({ ...stack, admin: neighbour.client }, 'sandbox', { apiKey: 'sbx_valid_of_the_neighbour' });
});

afterAll(() => stack.close());

const query = async (text: string, values: unknown[] = []) =>
  (await stack.database.superuser.query(text, values)).rows;

/** Another process of the instance, as after a restart with other keys. */
const boot = (keys: string): Promise<Runtime> =>
  openRuntime({ ...stack.api.settings, rootKeys: new Secret(keys) }, { role: 'api', log: stack.api.log });

const rootKeys = async () => (await stack.admin.get('/v1/root-keys')).body;
const stateOfKey = async (id: string) =>
  (await rootKeys()).items.find((key: { id: string }) => key.id === id).state;

async function startJob(body: object): Promise<string> {
  const answer = await stack.admin.post('/v1/key-jobs', body);
  expect(answer.status, answer.text).toBe(202);
  return answer.body.id;
}

const jobEnded = (id: string) =>
  eventually(
    async () => {
      const { body } = await stack.admin.get(`/v1/key-jobs/${id}`);
      return body.status === 'running' ? null : body;
    },
    { describe: 'the key job ends', timeoutMs: 50_000 },
  );

const rowsOnRetiredKeys = async () => (await rootKeys()).dataKeys.rowsLeft;

interface Load {
  readonly leases: number;
  readonly refreshes: number;
  readonly wrong: string[];
}

/** Leases everything and refreshes accounts for as long as `work` takes; whatever does not come out right is told. */
async function underLoad(work: () => Promise<void>): Promise<Load> {
  const load = { leases: 0, refreshes: 0, wrong: [] as string[], over: false };
  const leasing = async (
    client = stack.admin,
    credentialId = apiKey,
    expected = 'sbx_valid_of_the_default',
  ) => {
    while (!load.over) {
      const { status, body, text } = await client.post('/v1/leases', { provider: 'sandbox', credentialId });
      if (status !== 200 || body.fields.apiKey !== expected) load.wrong.push(text);
      load.leases += 1;
    }
  };
  const refreshing = async (connection: Connection) => {
    while (!load.over) {
      const end = await connection.refreshed();
      if (end.status !== 'succeeded') load.wrong.push(JSON.stringify(end));
      load.refreshes += 1;
      const issued = (await connection.log()).at(-1)?.issued?.accessToken;
      const leased = await connection.leased();
      if (leased !== issued) load.wrong.push(`leased ${leased}, issued ${issued}`);
    }
  };
  const [theirs] = await query('select id from credential where workspace_id = $1', [neighbour.workspaceId]);
  const running = [
    leasing(),
    leasing(neighbour.client, theirs.id, 'sbx_valid_of_the_neighbour'),
    ...connections.map(refreshing),
  ];
  try {
    await work();
  } finally {
    load.over = true;
    await Promise.all(running);
  }
  return load;
}

describe(`the life of a root key (${transport})`, () => {
  it('is refused as primary while a running process does not know it, and the answer names the process', async () => {
    const behind = await boot(oldKey);
    const list = await rootKeys();
    expect(list.processes).toHaveLength(3);
    expect(list.items).toMatchObject([
      { id: 'new', state: 'known', dataKeys: 0, knownBy: [expect.any(String), expect.any(String)] },
      { id: 'old', state: 'primary', dataKeys: 3 },
    ]);
    const answer = await stack.admin.post('/v1/root-keys/new/promote');
    expect(answer).toMatchObject({ status: 409, body: { code: 'root_key_not_everywhere' } });
    const without = list.processes.filter(
      ({ rootKeyIds }: { rootKeyIds: string[] }) => !rootKeyIds.includes('new'),
    );
    expect(answer.body.processes).toEqual(without.map(({ id }: { id: string }) => id));
    expect(answer.body.detail).toContain('1 process(es)');
    await behind.close();
    expect((await rootKeys()).processes).toHaveLength(2);
  });

  it('C29: from promotion to its end and a new data key, under load: no failed read, no lost token, nothing left', async () => {
    const load = await underLoad(async () => {
      expect(await stack.admin.post('/v1/root-keys/new/promote')).toMatchObject({
        status: 200,
        body: { id: 'new', state: 'primary' },
      });
      const early = await stack.admin.post('/v1/root-keys/old/retire');
      expect(early).toMatchObject({ status: 409, body: { code: 'root_key_in_use', dataKeys: 3 } });
      await stack.admin.post('/v1/workspaces', { name: 'after the promotion' });
      expect(await jobEnded(await startJob({ kind: 'rewrap' }))).toMatchObject({
        status: 'succeeded',
        done: 3,
        total: 3,
      });
      expect(await stack.admin.post('/v1/root-keys/old/retire')).toMatchObject({
        status: 200,
        body: { id: 'old', state: 'retired' },
      });
      const job = await jobEnded(await startJob({ kind: 'rotate_data' }));
      expect(job).toMatchObject({ status: 'succeeded', error: null });
      expect(job.done).toBeGreaterThanOrEqual(4);
    });
    // What was sealed before everybody had the new key may have been committed behind the job: the schedule's part.
    await resealLeftovers(stack.worker.systemContext(stack.api.defaultWorkspaceId), 100);
    expect(await rowsOnRetiredKeys()).toBe(0);
    expect(load.wrong).toEqual([]);
    expect(load.leases).toBeGreaterThan(20);
    expect(load.refreshes).toBeGreaterThan(2);
    expect(await query(`select distinct root_key_id from data_key`)).toEqual([{ root_key_id: 'new' }]);
    for (const connection of connections) {
      const issued = (await connection.log()).at(-1)?.issued?.accessToken;
      expect(await connection.leased()).toBe(issued);
      const states = await connection.attempts();
      expect(states.filter((state) => state !== 'succeeded')).toEqual([]);
      expect((await connection.row()).token_version).toBe(states.length + 1);
    }
  });

  it('ends with processes that start and lease without it, and none that take another key for it', async () => {
    expect(await stateOfKey('old')).toBe('retired');
    const without = await boot(newKey);
    try {
      const ctx = without.systemContext(stack.api.defaultWorkspaceId);
      const lease = await issueLease(ctx, {
        provider: 'sandbox',
        credentialId: apiKey,
        minTtlSeconds: 60,
        waitSeconds: 1,
        runId: null,
        nodeId: null,
      });
      expect('fields' in lease && lease.fields['apiKey']?.reveal()).toBe('sbx_valid_of_the_default');
    } finally {
      await without.close();
    }
    await expect(boot(`${newKey},${newRootKey('old')}`)).rejects.toThrow('the key "old" is not the one');
    expect(await stack.admin.post('/v1/root-keys/old/promote')).toMatchObject({
      status: 409,
      body: { code: 'root_key_retired' },
    });
  });

  it('is in the audit and in the events of the default workspace, without a word of a key', async () => {
    const { body } = await stack.admin.get('/v1/events?limit=200');
    const told = body.items.filter(({ type }: { type: string }) => type.startsWith('latchkey.keys.'));
    const kinds = new Set(told.map(({ type }: { type: string }) => type));
    for (const type of ['job_started', 'job_progressed', 'job_succeeded'])
      expect(kinds).toContain(`latchkey.keys.${type}`);
    const audit = await query(
      `select action, subject, actor_type from audit_entry where action ~ '^(root_key|key_job)'`,
    );
    expect(audit).toContainEqual({ action: 'root_key.promote', subject: 'new', actor_type: 'bootstrap' });
    expect(audit).toContainEqual({ action: 'root_key.retire', subject: 'old', actor_type: 'bootstrap' });
    expect(audit.filter(({ action }) => action === 'key_job.start').length).toBeGreaterThanOrEqual(2);
    const text = JSON.stringify([
      body,
      await query('select * from audit_entry'),
      await query('select * from key_job'),
    ]);
    for (const key of [oldKey, newKey]) expect(text).not.toContain(key.split(':')[1]);
  });
});

describe(`key jobs through the API (${transport})`, () => {
  it('are listed newest first, cancelled while they run, and not found under another id', async () => {
    const first = await startJob({ kind: 'rotate_data', workspaceId: neighbour.workspaceId });
    expect((await jobEnded(first)).workspaceId).toBe(neighbour.workspaceId);
    const { body } = await stack.admin.get('/v1/key-jobs?limit=1');
    expect(body.items).toMatchObject([{ id: first }]);
    expect(body.nextCursor).toBe(first);
    expect(await stack.admin.post(`/v1/key-jobs/${first}/cancel`)).toMatchObject({
      status: 409,
      body: { code: 'key_job_not_cancellable', detail: 'It has succeeded.' },
    });
    for (const answer of [
      await stack.admin.get('/v1/key-jobs/kj_00000000000000000000000000'),
      await stack.admin.post('/v1/key-jobs/kj_00000000000000000000000000/cancel'),
    ])
      expect(answer).toMatchObject({ status: 404, body: { code: 'key_job_not_found' } });
    expect(await stack.admin.post('/v1/root-keys/nobody/retire')).toMatchObject({
      status: 404,
      body: { code: 'root_key_not_found' },
    });
  });

  it('are started once per Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'rewrap-once', 'x-workspace': neighbour.workspaceId };
    const again = () => stack.admin.post('/v1/key-jobs', { kind: 'rewrap' }, { headers });
    const [one, other] = [await again(), await again()];
    expect([one.status, other.status]).toEqual([202, 202]);
    expect(other.body.id).toBe(one.body.id);
    await jobEnded(one.body.id);
    const jobs = await query(`select id from key_job where kind = 'rewrap'`);
    expect(jobs).toHaveLength(2);
  });

  it('belong to the instance: an administrator of one workspace has no say', async () => {
    for (const path of ['/v1/root-keys', '/v1/key-jobs'])
      expect((await neighbour.client.get(path)).status).toBe(403);
    expect((await neighbour.client.post('/v1/key-jobs', { kind: 'rewrap' })).status).toBe(403);
    expect((await neighbour.client.post('/v1/root-keys/new/promote')).status).toBe(403);
  });

  it('keep their answers to Idempotency-Keys readable through a rotation', async () => {
    const body = { name: 'made once', role: 'viewer' };
    const headers = { 'idempotency-key': 'across-a-rotation' };
    const made = await stack.admin.post('/v1/service-tokens', body, { headers });
    await jobEnded(await startJob({ kind: 'rotate_data' }));
    const again = await stack.admin.post('/v1/service-tokens', body, { headers });
    expect(again.body).toEqual(made.body);
    expect(fingerprint(again.body.token)).toBe(fingerprint(made.body.token));
  });
});

describe(`the custom OAuth client (${transport})`, () => {
  it('that is switched while its secret is encrypted anew keeps it under the new data key', async () => {
    const path = '/v1/providers/notion/oauth-client';
    await stack.admin.put(path, { clientId: 'own', clientSecret: 'kept' });
    const ctx = stack.worker.systemContext(stack.api.defaultWorkspaceId);
    const rotateFirst = async (work: Parameters<typeof ctx.em.transactional>[0]) => {
      await jobEnded(await startJob({ kind: 'rotate_data' }));
      return ctx.em.fork().transactional(work);
    };
    // The whole rotation comes between the moment at which the client is read and that at which it is written.
    const em = new Proxy(ctx.em, {
      get(target, name) {
        if (name === 'fork') return () => ({ transactional: rotateFirst });
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    await setOAuthClient({ ...ctx, em }, { provider: 'notion', clientId: 'own', enabled: false });
    expect((await stack.admin.get(path)).body).toMatchObject({ hasSecret: true, enabled: false });
    expect(await rowsOnRetiredKeys()).toBe(0);
    await stack.admin.delete(path);
  });

  it('connects accounts as before', async () => {
    const refresh = await stack.admin.post(`/v1/credentials/${connections[0]?.id ?? ''}/refresh`);
    expect(await finish(stack.admin, refresh.body.authorization.id)).toMatchObject({ status: 'succeeded' });
  });
});
