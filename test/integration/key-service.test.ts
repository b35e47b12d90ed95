import { ConfigurationError } from '@latchkey/core/errors.ts';
import { openRuntime } from '@latchkey/core/runtime.ts';
import { keyHomes, type KeyHome } from '@latchkey/core/testing/key-homes.ts';
import type { KeyServer } from '@latchkey/core/testing/key-server.ts';
import { Secret } from '@latchkey/core/secret.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import type { Client } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { addKey, finish } from '../support/flows.ts';
import { issuedButUnanswered, openConnection } from '../support/refreshes.ts';
import { sampleOf } from '../support/samples.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';

const cacheSeconds = 3;

interface Home {
  readonly home: KeyHome;
  readonly server: KeyServer;
  readonly stack: Stack;
}

/** The whole product on a root key in a service. The AWS SDK reads the environment of this process. */
async function open(kind: 'aws-kms' | 'vault-transit'): Promise<Home> {
  const home = await keyHomes[kind]();
  if (home.server === null) throw new Error('not a service');
  Object.assign(process.env, home.env);
  const stack = await startStack({
    env: {
      ...home.env,
      LATCHKEY_ROOT_KEYS: `main:${home.newKey()}`,
      DATA_KEY_CACHE_SECONDS: String(cacheSeconds),
    },
  });
  return { home, server: home.server, stack };
}

async function close({ home, stack }: Home): Promise<void> {
  await stack.close();
  await home.close();
}

const credentialOf = (client: Client, id: string) => client.get(`/v1/credentials/${id}`);
const leaseOf = (client: Client, credentialId: string) =>
  client.post('/v1/leases', { provider: 'sandbox', credentialId, minTtlSeconds: 0 });

/** As a client of a workspace of its own, whose key no process has in memory. */
async function newWorkspace(stack: Stack, name: string): Promise<Client> {
  const made = await stack.admin.post('/v1/workspaces', { name });
  expect(made.status, made.text).toBe(201);
  const headers = { 'x-workspace': made.body.id };
  const { admin } = stack;
  return {
    call: (method, path, options) => admin.call(method, path, { ...options, headers }),
    get: (path, options) => admin.get(path, { ...options, headers }),
    post: (path, body, options) => admin.post(path, body, { ...options, headers }),
    put: (path, body, options) => admin.put(path, body, { ...options, headers }),
    patch: (path, body, options) => admin.patch(path, body, { ...options, headers }),
    delete: (path, options) => admin.delete(path, { ...options, headers }),
  };
}

/** The API has just asked for the key: for the time of the cache it has it, and the worker no longer than that. */
async function freshlyCached(server: KeyServer, lease: () => Promise<{ status: number }>): Promise<void> {
  await eventually(
    async () => {
      const before = server.calls();
      expect((await lease()).status).toBe(200);
      return server.calls() > before;
    },
    { describe: 'the key is loaded anew' },
  );
}

/** The service is away, and no process has the key any more. */
async function goAwayForLong(server: KeyServer, lease: () => Promise<{ status: number }>): Promise<void> {
  await freshlyCached(server, lease);
  await server.goAway();
  await eventually(async () => (await lease()).status === 503, {
    describe: 'the cached key has had its time',
  });
}

describe.each(['aws-kms', 'vault-transit'] as const)(`a root key in %s (${transport})`, (kind) => {
  let at: Home;

  beforeAll(async () => {
    at = await open(kind);
  });

  afterEach(() => at.server.comeBack());
  afterAll(() => close(at));

  it('is what wraps every data key, and everything works', async () => {
    const { stack, server, home } = at;
    const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_1' });
    expect(await leaseOf(stack.admin, credential.id)).toMatchObject({
      status: 200,
      body: { type: 'api_key' },
    });
    const connection = await openConnection(stack);
    expect(await connection.refreshed()).toMatchObject({ status: 'succeeded' });
    const { rows } = await stack.database.superuser.query('select root_key_id, wrapped from data_key');
    expect(rows.length).toBeGreaterThanOrEqual(2);
    for (const { root_key_id: id, wrapped } of rows) {
      expect(id).toBe('main');
      expect(wrapped.toString('latin1')).toContain(kind === 'aws-kms' ? 'arn:aws:kms:' : 'vault:v1:');
    }
    for (const seen of server.seen)
      for (const { wrapped } of rows) expect(wrapped.includes(Buffer.from(seen, 'base64'))).toBe(false);
    const metrics = (await stack.admin.get('/metrics')).text;
    const labels = { service: home.kind, operation: 'unwrap', outcome: 'succeeded' };
    expect(sampleOf(metrics, 'latchkey_key_service_calls_total', labels)).toBeGreaterThan(0);
    expect(
      sampleOf(metrics, 'latchkey_key_service_call_duration_seconds_count', { operation: 'unwrap' }),
    ).toBeGreaterThan(0);
  });

  it('that is away is not missed while data keys are cached; then requests are refused by name until it is back', async () => {
    const { stack, server } = at;
    const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_2' });
    const lease = () => leaseOf(stack.admin, credential.id);
    await freshlyCached(server, lease);
    await server.goAway();
    expect((await lease()).status).toBe(200);
    const refused = await eventually(
      async () => {
        const answer = await lease();
        return answer.status === 200 ? null : answer;
      },
      { describe: 'the cached key has had its time' },
    );
    expect(refused).toMatchObject({
      status: 503,
      body: { code: 'key_service_unavailable', detail: expect.stringContaining('encryption keys') },
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const names = async () => (await stack.admin.get('/v1/credentials')).body.items.length;
    const before = await names();
    const added = await stack.admin.post('/v1/credentials', {
      provider: 'sandbox',
      fields: { apiKey: 'sbx_valid_3' },
    });
    expect(added).toMatchObject({ status: 503, body: { code: 'key_service_unavailable' } });
    expect(await names()).toBe(before);
    const counted = { provider: 'sandbox', result: 'key_service_unavailable' };
    expect(
      sampleOf((await stack.admin.get('/metrics')).text, 'latchkey_leases_total', counted),
    ).toBeGreaterThan(0);
    await server.comeBack();
    expect((await lease()).status).toBe(200);
  });
});

describe(`work while the key service is away (${transport})`, () => {
  let at: Home;

  beforeAll(async () => {
    at = await open('aws-kms');
  });

  afterEach(() => at.server.comeBack());
  afterAll(() => close(at));

  /** The authorization was queued again because of the service. */
  const waits = async (client: Client, id: string) => {
    const { body } = await client.get(`/v1/authorizations/${id}`);
    return body.status === 'queued' && body.error?.code === 'key_service_unavailable' ? body : null;
  };

  it('a refresh presents nothing, waits without giving up, and goes on by itself', async () => {
    const { stack, server } = at;
    const connection = await openConnection(stack);
    await goAwayForLong(server, () => leaseOf(stack.admin, connection.id));
    const id = await connection.refresh();
    const waiting = await eventually(() => waits(stack.admin, id), {
      describe: 'it waits',
      timeoutMs: 20_000,
    });
    expect(waiting.error).toMatchObject({ retryable: true, actor: 'admin' });
    expect(await connection.attempts()).toEqual([]);
    expect(await connection.log()).toEqual([]);
    expect(await connection.row()).toMatchObject({ status: 'active', health: 'ok', token_version: 1 });
    await stack.database.superuser.query('update "authorization" set attempts = 50 where id = $1', [id]);
    await eventually(async () => (await waits(stack.admin, id))?.attempts > 50, {
      describe: 'it does not give up',
      timeoutMs: 20_000,
    });
    await server.comeBack();
    // A refused token is a reason not to wait for the end of the pause.
    expect(await connection.report()).toBe(id);
    expect(await finish(stack.admin, id, 40)).toMatchObject({ status: 'succeeded', error: null });
    expect(await connection.attempts()).toEqual(['succeeded']);
    expect(await connection.log()).toHaveLength(1);
  });

  it('an answer that comes after the cache has had its time is sealed all the same, and stored at once', async () => {
    const { stack, server } = at;
    const connection = await openConnection(stack);
    await freshlyCached(server, () => leaseOf(stack.admin, connection.id));
    const ms = cacheSeconds * 1000 + 2_000;
    await connection.spoil({ fault: 'delay', ms, phase: 'after' });
    const id = await connection.refresh();
    await issuedButUnanswered(stack, { provider: 'sandbox', grantId: connection.grantId });
    await server.goAway();
    expect(await finish(stack.admin, id)).toMatchObject({ status: 'succeeded' });
    expect(await connection.attempts()).toEqual(['succeeded']);
    expect(await connection.row()).toMatchObject({ token_version: 2, health: 'ok' });
    // It can be sealed with, and not opened: leases have the time of the cache.
    expect((await leaseOf(stack.admin, connection.id)).status).toBe(503);
    await server.comeBack();
    expect(await connection.leased()).toBe((await connection.log())[0]?.issued?.accessToken);
  });

  it('an account that a person has just allowed is connected once the service is back, with the code from before', async () => {
    const { stack, server } = at;
    const client = await newWorkspace(stack, 'connected late');
    const started = await client.post('/v1/authorizations', { provider: 'sandbox', confirm: false });
    const browser = openBrowser();
    // The API has the key of that workspace now, and the worker never had.
    const callback = await browser.follow(started.body.authorizationUrl, `${stack.url}/oauth/callback`);
    await server.goAway();
    expect((await browser.follow(callback.url)).status).toBe(200);
    const { id } = started.body;
    await eventually(() => waits(client, id), { describe: 'it waits', timeoutMs: 20_000 });
    const exchanges = await stack.sandbox.control.log({ provider: 'sandbox', endpoint: 'token.code' });
    await server.comeBack();
    const ended = await finish(client, id, 40);
    expect(ended).toMatchObject({ status: 'succeeded' });
    expect((await stack.sandbox.control.log({ provider: 'sandbox', endpoint: 'token.code' })).length).toBe(
      exchanges.length + 1,
    );
    expect((await credentialOf(client, ended.credentialId)).body).toMatchObject({ status: 'active' });
  });

  it('an account that is removed is not erased before it was revoked', async () => {
    const { stack, server } = at;
    const connection = await openConnection(stack);
    await goAwayForLong(server, () => leaseOf(stack.admin, connection.id));
    const removed = await stack.admin.delete(`/v1/credentials/${connection.id}?force=true`);
    const { id } = removed.body.authorization;
    await eventually(() => waits(stack.admin, id), { describe: 'it waits', timeoutMs: 20_000 });
    expect(await connection.row()).toMatchObject({ status: 'revoking' });
    expect((await connection.grant())?.revokedAt).toBeNull();
    await server.comeBack();
    expect(await finish(stack.admin, id, 40)).toMatchObject({ status: 'succeeded', error: null });
    expect((await connection.grant())?.revokedAt).not.toBeNull();
    expect(await connection.row()).toBeUndefined();
  });

  it('a key is checked once the service is back', async () => {
    const { stack, server } = at;
    const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_4' });
    await goAwayForLong(server, () => leaseOf(stack.admin, credential.id));
    const asked = await stack.admin.post(`/v1/credentials/${credential.id}/validate`);
    const { id } = asked.body.authorization;
    await eventually(() => waits(stack.admin, id), { describe: 'it waits', timeoutMs: 20_000 });
    expect((await credentialOf(stack.admin, credential.id)).body.status).toBe('active');
    await server.comeBack();
    expect(await finish(stack.admin, id, 40)).toMatchObject({ status: 'succeeded' });
  });

  it('a lease that would have to wait for a token is refused at once: what comes could not be opened', async () => {
    const { stack, server } = at;
    const connection = await openConnection(stack);
    await goAwayForLong(server, () => leaseOf(stack.admin, connection.id));
    await connection.alter(`expires_at = now() - interval '1 minute'`);
    const answer = await stack.admin.post('/v1/leases', {
      provider: 'sandbox',
      credentialId: connection.id,
      waitSeconds: 60,
    });
    expect(answer).toMatchObject({ status: 503, body: { code: 'key_service_unavailable' } });
  });

  it('a process that starts says which key cannot be used, and why, in a line for the operator', async () => {
    const { stack, server, home } = at;
    const start = (text: string) =>
      openRuntime({ ...stack.api.settings, rootKeys: new Secret(text) }, { role: 'api', log: stack.api.log });
    const lineOf = async (text: string) => {
      const error: unknown = await start(text).catch((reason: unknown) => reason);
      return error instanceof ConfigurationError ? error.lines : [`not refused: ${String(error)}`];
    };
    const text = stack.api.settings.rootKeys.reveal();
    await server.goAway();
    expect(await lineOf(text)).toEqual([
      expect.stringMatching(
        /^LATCHKEY_ROOT_KEYS: a root key cannot be used.*\(aws-kms, key "main": ECONNREFUSED\)$/,
      ),
    ]);
    await server.comeBack();
    expect(await lineOf(`${text},new:aws-kms:alias/nobody`)).toEqual([
      expect.stringMatching(/\(aws-kms, key "new": NotFoundException\)$/),
    ]);
    expect(await lineOf(`main:${home.newKey()}`)).toEqual([
      'LATCHKEY_ROOT_KEYS: the key "main" is not the one this database was used with. Restore it.',
    ]);
  });

  it('of many refreshes that wait for it each is made, and once', async () => {
    const { stack, server } = at;
    const connections = await Promise.all([
      openConnection(stack),
      openConnection(stack),
      openConnection(stack),
    ]);
    const [first] = connections;
    await goAwayForLong(server, () => leaseOf(stack.admin, first?.id ?? ''));
    const ids = await Promise.all(connections.map((each) => each.refresh()));
    for (const id of ids) await eventually(() => waits(stack.admin, id), { describe: 'it waits' });
    await server.comeBack();
    for (const connection of connections) {
      await eventually(async () => (await connection.row()).token_version === 2, {
        describe: 'it is refreshed',
        timeoutMs: 30_000,
      });
      expect(await connection.attempts()).toEqual(['succeeded']);
      expect(await connection.log()).toHaveLength(1);
      expect((await connection.grant())?.revokedAt).toBeNull();
    }
  });
});
