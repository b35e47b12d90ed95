import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { addKey, connect, finish } from '../support/flows.ts';
import { latchkeyHere } from '../support/latchkey-here.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';
import { inNewWorkspace } from '../support/workspaces.ts';

let stack: Stack;
const key = { apiKey: 'sbx_valid_key_of_this_test' };

beforeAll(async () => {
  stack = await startStack();
});

afterEach(() => stack.admin.post('/v1/queues/validate-key/resume'));
afterAll(() => stack.close());

async function queue(name: string) {
  const { status, body, text } = await stack.admin.get('/v1/queues');
  expect(status, text).toBe(200);
  return body.items.find((item: { name: string }) => item.name === name);
}

const jobs = async (name: string, state: string) =>
  (await stack.admin.get(`/v1/queues/${name}/jobs?state=${state}`)).body.items;

const post = (name: string, action: string) => stack.admin.post(`/v1/queues/${name}/${action}`);

/** Makes the last check of a key one that has just failed. */
async function failed(code: string, retryable: boolean) {
  const { credential, authorization } = await addKey(stack, 'sandbox', key);
  await stack.database.superuser.query(
    `update "authorization" set status = 'failed', error_code = $2, error_message = 'x', error_retryable = $3, error_actor = 'nobody'
     where id = $1`,
    [authorization.id, code, retryable],
  );
  return { credentialId: credential.id as string, authorizationId: authorization.id as string };
}

describe(`the queues of an instance (${transport})`, () => {
  it('say who works on them, and that nothing waits', async () => {
    const { body } = await eventually(
      async () => {
        const answer = await stack.admin.get('/v1/queues');
        return answer.body.items.every(({ workers }: { workers: number }) => workers === 1) && answer;
      },
      { describe: 'each queue has its worker' },
    );
    expect(body.transport).toBe(transport);
    expect(body.workersAlive).toBe(1);
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual([
      'validate-key',
      'exchange-code',
      'refresh-token',
      'revoke',
    ]);
    for (const item of body.items)
      expect(item).toMatchObject({
        waiting: 0,
        active: 0,
        oldestWaitingSeconds: null,
        paused: false,
        workers: 1,
      });
  });

  it('console A18: let nothing begin while they are paused, and show what waits, until they are resumed', async () => {
    const paused = await post('validate-key', 'pause');
    expect(paused, paused.text).toMatchObject({
      status: 200,
      body: {
        name: 'validate-key',
        paused: true,
        pausedBy: expect.any(String),
        pausedAt: expect.any(String),
      },
    });
    expect((await post('validate-key', 'pause')).body).toEqual(paused.body);
    const added = await stack.admin.post('/v1/credentials', { provider: 'sandbox', fields: key });
    const { id } = added.body.authorization;
    // Another queue goes on meanwhile.
    expect((await connect(stack, { provider: 'sandbox' })).authorization.status).toBe('succeeded');
    const waiting = await eventually(
      async () => {
        const found = await queue('validate-key');
        return found.oldestWaitingSeconds > 1 ? found : null;
      },
      { describe: 'it has waited for a second' },
    );
    expect(waiting).toMatchObject({ waiting: 1, background: 0, active: 0, failed: 0 });
    const listed = await jobs('validate-key', 'waiting');
    expect(listed).toMatchObject([
      {
        id: `${id}-0`,
        state: 'waiting',
        authorizationId: id,
        workspaceId: stack.api.defaultWorkspaceId,
        credentialId: added.body.credential.id,
        provider: 'sandbox',
        reason: 'user',
        attempts: 0,
        error: null,
        canRetry: false,
        runsAt: expect.any(String),
        startedAt: null,
      },
    ]);
    expect(JSON.stringify(listed)).not.toContain('sbx_');
    expect((await post('validate-key', 'resume')).body).toMatchObject({ paused: false, pausedBy: null });
    expect((await finish(stack.admin, id)).status).toBe('succeeded');
    expect(await queue('validate-key')).toMatchObject({ waiting: 0, oldestWaitingSeconds: null });
    expect(await jobs('validate-key', 'waiting')).toEqual([]);
  });

  it('stay paused when their transport forgets it', async () => {
    await post('validate-key', 'pause');
    const { queues } = stack.api.transport;
    await queues.setPaused('validate-key', false);
    await eventually(() => queues.isPaused('validate-key'), { describe: 'a worker tells it again' });
    await post('validate-key', 'resume');
    expect(await queues.isPaused('validate-key')).toBe(false);
  });

  it('console A20: queue again what failed and may succeed, once', async () => {
    const transient = await failed('provider_unavailable', true);
    const final = await failed('key_rejected', false);
    expect(await queue('validate-key')).toMatchObject({ failed: 2, retryable: 1 });
    const listed = await jobs('validate-key', 'failed');
    expect(listed).toMatchObject([
      { authorizationId: final.authorizationId, canRetry: false, error: { code: 'key_rejected' } },
      { authorizationId: transient.authorizationId, canRetry: true, error: { code: 'provider_unavailable' } },
    ]);

    expect(await post('validate-key', 'retry')).toMatchObject({ status: 200, body: { retried: 1, left: 0 } });
    const path = `/v1/authorizations?credentialId=${transient.credentialId}`;
    const again = await eventually(
      async () => {
        const [newest] = (await stack.admin.get(path)).body.items;
        return newest.status === 'succeeded' ? newest : null;
      },
      { describe: 'it ran again' },
    );
    expect(again).toMatchObject({ kind: 'validate_key', reason: 'user' });
    expect((await post('validate-key', 'retry')).body).toEqual({ retried: 0, left: 0 });
    expect((await stack.admin.get(path)).body.items).toHaveLength(2);
    expect(await queue('validate-key')).toMatchObject({ failed: 1, retryable: 0 });
  });

  it('page through their jobs, newest first', async () => {
    await post('validate-key', 'pause');
    const made: string[] = [];
    for (let index = 0; index < 3; index += 1)
      made.unshift(
        (await stack.admin.post('/v1/credentials', { provider: 'sandbox', fields: key })).body.authorization
          .id,
      );
    const path = '/v1/queues/validate-key/jobs?state=waiting&limit=2';
    const first = (await stack.admin.get(path)).body;
    const second = (await stack.admin.get(`${path}&cursor=${first.nextCursor}`)).body;
    const ids = [...first.items, ...second.items].map(
      (job: { authorizationId: string }) => job.authorizationId,
    );
    expect(ids).toEqual(made);
    expect(second.nextCursor).toBeNull();
  });

  it('are for the administrators of the instance, and only those that exist', async () => {
    const { client } = await inNewWorkspace(stack);
    for (const answer of [
      await client.get('/v1/queues'),
      await client.get('/v1/queues/revoke/jobs'),
      await client.post('/v1/queues/revoke/pause'),
      await client.post('/v1/queues/revoke/retry'),
    ])
      expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await queue('revoke')).paused).toBe(false);
    expect(await post('nothing', 'pause')).toMatchObject({ status: 404, body: { code: 'queue_not_found' } });
    expect((await stack.admin.get('/v1/queues/nothing/jobs')).status).toBe(404);
  });

  it('are shown and paused by the command line', async () => {
    const paused = await latchkeyHere(stack, ['queues', 'pause', 'revoke']);
    expect(paused.stdout).toMatch(/^revoke .* true$/m);
    const listed = await latchkeyHere(stack, ['queues', 'list']);
    expect(listed.stdout).toMatch(/^QUEUE +WAITING/);
    expect(listed.stdout).toContain('Worker processes: 1');
    expect((await latchkeyHere(stack, ['queues', 'resume', 'revoke'])).stdout).toMatch(/^revoke .* false$/m);
    expect((await latchkeyHere(stack, ['queues', 'retry', 'revoke'])).stdout).toMatch(/^revoke +0 +0$/m);
    expect((await latchkeyHere(stack, ['queues', 'jobs', 'revoke', '--state', 'failed'])).stdout).toBe(
      '(none)\n',
    );
  });

  it('console A21: say when no worker is connected, and when none is running', async () => {
    await stack.stopWorkers();
    const unconnected = await eventually(
      async () => {
        const found = await queue('revoke');
        return found.workers === 0 ? found : null;
      },
      { describe: 'nobody is connected' },
    );
    expect(unconnected).toMatchObject({ paused: false, waiting: 0 });
    // The process itself goes on reporting.
    const alive = await eventually(
      async () => {
        await stack.database.superuser.query(
          `update process_report set seen_at = now() - interval '31 seconds' where role = 'worker'`,
        );
        const { workersAlive } = (await stack.admin.get('/v1/queues')).body;
        return workersAlive === 0 ? { workersAlive } : null;
      },
      { describe: 'no worker has been heard of for half a minute' },
    );
    expect(alive).toEqual({ workersAlive: 0 });
  });
});
