import { readFileSync } from 'node:fs';
import { buildApp } from '@latchkey/api/app.ts';
import { readApiSettings } from '@latchkey/api/env.ts';
import { createHandlers } from '@latchkey/worker/handlers.ts';
import { runJob } from '@latchkey/worker/run-job.ts';
import { claimDue } from '@latchkey/core/authorizations';
import { lateSeconds } from '@latchkey/core/authorizations/late-seconds.ts';
import { createLogger } from '@latchkey/core/logger.ts';
import { jobNames, jobs, type JobName } from '@latchkey/core/queues';
import { openRuntime } from '@latchkey/core/runtime.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer } from '../../support/client.ts';
import { allSequences, converge, firstSequences } from '../../support/converge.ts';
import { cutDatabase } from '../../support/cut-database.ts';
import { everything, expectNothingMore } from '../../support/deliveries.ts';
import { eventually } from '../../support/eventually.ts';
import { addKey, connect, finish, goToCallback, providerLog } from '../../support/flows.ts';
import { repository } from '../../support/production-sources.ts';
import { refreshNow } from '../../support/provider-checks.ts';
import { answerJson, startRecordedStack, type RecordingProvider } from '../../support/recording-provider.ts';
import { openConnection } from '../../support/refreshes.ts';
import { sampleOf } from '../../support/samples.ts';
import { openEventStream } from '../../support/sse.ts';
import { adminToken, transport, type Stack } from '../../support/stack.ts';
import { inNewWorkspace } from '../../support/workspaces.ts';

let stack: Stack;
let provider: RecordingProvider;
let close: () => Promise<void>;

const oidc = { issuer: '{origin}/oidc', scopes: ['openid', 'read'] };

beforeAll(async () => {
  ({ stack, provider, close } = await startRecordedStack({ recorded: {}, oidc }));
  // Refreshes are the test's own.
  await stack.sandbox.control.updateSettings({ accessTokenTtlSeconds: { sandbox: 3600 } });
});

afterAll(() => close());

afterEach(() => {
  vi.useRealTimers();
});

beforeEach(async () => {
  await stack.sandbox.control.clearFaults();
  await stack.sandbox.control.clearLog();
});

const query = async (text: string, values: unknown[] = []) =>
  (await stack.database.superuser.query(text, values)).rows;

const newKey = (apiKey = 'sbx_valid_one') =>
  stack.admin.post('/v1/credentials', { provider: 'sandbox', fields: { apiKey } });

const leaseOf = (credentialId: string, more: object = {}, name = 'sandbox') =>
  stack.admin.post('/v1/leases', { provider: name, credentialId, ...more });

/** One more API process, as far as database and transport can tell. */
async function openApi() {
  const runtime = await openRuntime(stack.api.settings, { role: 'api', log: stack.api.log });
  const app = await buildApp({ runtime, apiSettings: readApiSettings({}) });
  return {
    app,
    close: async () => {
      await app.close();
      await runtime.close();
    },
  };
}

describe(`distribution (${transport})`, () => {
  it.each(jobNames)(
    'F47: %s carries two ids, returns nothing, and throws nothing that it was told',
    async (name) => {
      const ids = { workspaceId: stack.api.defaultWorkspaceId, authorizationId: 'auth_of_nobody' };
      expect(Object.keys(jobs[name].data.shape).toSorted()).toEqual(['authorizationId', 'workspaceId']);
      expect(jobs[name].data.safeParse({ ...ids, token: 'x' }).success).toBe(false);
      const run = { jobId: 'test', signal: new AbortController().signal };
      expect(await createHandlers(stack.worker)[name](ids, run)).toBeUndefined();

      const secret = 'what-must-not-be-stored-by-the-queue';
      const options = {
        log: createLogger({ name: 'test', level: 'silent' }),
        settle: async () => Promise.reject(new Error(secret)),
      };
      expect(await runJob(name, async () => secret, options)(ids, run)).toBeUndefined();
      const failing = runJob(name, async () => Promise.reject(new Error(secret, { cause: secret })), options);
      const thrown = await failing(ids, run).catch((error: unknown) => error);
      expect(thrown).toMatchObject({
        message: `The job "${name}" failed unexpectedly; the log has the details`,
      });
      expect((thrown as Error).cause).toBeUndefined();
    },
  );

  it.each([
    ['an event cannot be written', 'trigger', 'before insert on event for each row'],
    ['the audit cannot be written', 'trigger', 'before insert on audit_entry for each row'],
    [
      'the commit fails',
      'constraint trigger',
      'after insert on event deferrable initially deferred for each row',
    ],
  ])('F48: when %s, nothing of a change remains', async (what, kind, when) => {
    await Promise.all([stack.api.relay.idle(), stack.worker.relay.idle()]);
    const before = await everything(stack);
    await query(`create or replace function refuse_insert() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$;
      create ${kind} refuse ${when} execute function refuse_insert()`);
    const refused = what.startsWith('the audit') ? 503 : 500;
    expect((await newKey()).status).toBe(refused);
    expect((await stack.admin.post('/v1/authorizations', { provider: 'sandbox' })).status).toBe(refused);
    await query('drop trigger if exists refuse on event; drop trigger if exists refuse on audit_entry');
    expect(await everything(stack)).toBe(before);
  });

  it('F48: a relay that died after it had published publishes again, with the same numbers and to no effect', async () => {
    const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_relay' });
    await Promise.all([stack.api.relay.idle(), stack.worker.relay.idle()]);
    const before = await everything(stack);
    const numbers = () =>
      query('select id, sequence from event where workspace_id = $1 order by id', [
        stack.api.defaultWorkspaceId,
      ]);
    const numbered = await numbers();
    await query('update event set published_at = null where workspace_id = $1', [
      stack.api.defaultWorkspaceId,
    ]);
    await stack.api.relay.idle();
    await eventually(
      async () => (await query('select 1 from event where published_at is null')).length === 0,
      {
        describe: 'all events are published again',
      },
    );
    await eventually(
      async () =>
        Object.values(await stack.api.transport.queues.counts()).every(
          ({ waiting, active }) => waiting + active === 0,
        ),
      {
        describe: 'the jobs that were added again are over',
      },
    );
    expect(await numbers()).toEqual(numbered);
    expect(await everything(stack)).toBe(before);
    expect(await providerLog(stack, 'sandbox', 'key_check')).toHaveLength(1);
    expect((await leaseOf(credential.id)).status).toBe(200);
  });

  /** One authorization of each kind that has ended. A new type of job without a line here is a type error. */
  const ended = {
    'validate-key': async () =>
      (await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_twice' })).authorization.id,
    'exchange-code': async () => (await connect(stack, { provider: 'sandbox' })).authorization.id,
    'refresh-token': async () => {
      const { credential } = await connect(stack, { provider: 'sandbox' });
      return (await refreshNow(stack, credential.id)).id;
    },
    revoke: async () => {
      const { credential } = await connect(stack, { provider: 'sandbox' });
      const { body } = await stack.admin.delete(`/v1/credentials/${credential.id}?force=true`);
      return (await finish(stack.admin, body.authorization.id)).id;
    },
  } satisfies Record<JobName, () => Promise<string>>;

  it('F49: a job of any type that is delivered again changes nothing', async () => {
    const all = jobNames.map(async (name) => [name, await ended[name]()] as const);
    await expectNothingMore(stack, ...(await Promise.all(all)));
  });

  it('F50: when the transport forgets everything, what is due converges within the time that the manual states', async () => {
    await stack.sandbox.control.addFault({
      provider: 'sandbox',
      endpoint: 'key_check',
      fault: 'delay',
      ms: 3000,
      times: 14,
    });
    const added = await Promise.all(Array.from({ length: 14 }, (_, n) => newKey(`sbx_valid_lost_${n}`)));
    const ids = added.map(({ body }) => body.authorization.id);
    await eventually(async () => (await providerLog(stack, 'sandbox', 'key_check')).length >= 10, {
      describe: 'ten checks are under way, the others wait',
    });
    await forgetTransport();
    // The reconciler takes what is late: time passes for those that wait.
    const passed = await query(
      `update "authorization" set next_attempt_at = next_attempt_at - make_interval(secs => $2)
       where id = any($1) and status = 'queued' returning id`,
      [ids, lateSeconds],
    );
    expect(passed.length).toBeGreaterThan(0);
    await converge(stack, 45);
    for (const id of ids)
      expect((await stack.admin.get(`/v1/authorizations/${id}`)).body).toMatchObject({ status: 'succeeded' });
    const schedules = readFileSync(`${repository}apps/worker/src/schedules.ts`, 'utf8');
    const every = Number(/name: 'reconcile', everySeconds: (\d+)/.exec(schedules)?.[1]);
    const stated = Number(
      /jobs that are late are added again within about (\d+) s/.exec(
        degradedModes()['Redis emptied']?.at(-1) ?? '',
      )?.[1],
    );
    expect(lateSeconds + every * 1.1).toBeLessThanOrEqual(stated);
  });

  it('F51: a subscriber that was away finds every event once, in order, without a gap', async () => {
    const { client, token } = await inNewWorkspace(stack);
    const headers = { authorization: `Bearer ${token}` };
    const start = (count: number) =>
      Promise.all(
        Array.from({ length: count }, () => client.post('/v1/authorizations', { provider: 'sandbox' })),
      );
    const first = await openEventStream(`${stack.url}/v1/events/stream`, {
      headers: { ...headers, 'last-event-id': '0' },
    });
    await start(10);
    await eventually(() => first.frames.length === 10, { describe: 'ten events were heard' });
    first.cut();
    await start(30);
    await allSequences(client, stack);
    // Away for longer than anything on the way remembers.
    await query(
      `update event set time = time - interval '2 minutes', published_at = published_at - interval '2 minutes'`,
    );
    const lastId = first.frames.at(-1)?.id ?? '';
    const second = await openEventStream(`${stack.url}/v1/events/stream`, {
      headers: { ...headers, 'last-event-id': lastId },
    });
    await start(5);
    await eventually(() => second.frames.length >= 35, { describe: 'what was missed and what came' });
    second.cut();
    expect([...first.frames, ...second.frames].map(({ id }) => id)).toEqual(firstSequences(45));
    expect(await allSequences(client, stack)).toEqual(firstSequences(45));
  });

  it('F52: 200 callers at 4 API processes for one expired token are one call to the provider', async () => {
    const connection = await openConnection(stack);
    await connection.alter(`expires_at = now() - interval '1 minute'`);
    await connection.spoil({ fault: 'delay', ms: 500, phase: 'before' });
    const apis = await Promise.all([1, 2, 3].map(() => openApi()));
    const payload = { provider: 'sandbox', credentialId: connection.id, waitSeconds: 30 };
    const headers = { authorization: `Bearer ${adminToken}` };
    const others = apis.map(({ app }) => async () => {
      const answer = await app.inject({ method: 'POST', url: '/v1/leases', payload, headers });
      return { status: answer.statusCode, body: answer.json() };
    });
    const callers: (() => Promise<Pick<Answer, 'status' | 'body'>>)[] = [
      () => stack.admin.post('/v1/leases', payload),
      ...others,
    ];
    const answers = await Promise.all(Array.from({ length: 200 }, async (_, n) => callers[n % 4]?.()));
    await Promise.all(apis.map((api) => api.close()));
    expect(answers.filter((answer) => answer?.status !== 200)).toEqual([]);
    expect(new Set(answers.map((answer) => answer?.body.accessToken)).size).toBe(1);
    expect(await connection.log()).toHaveLength(1);
  });

  it(
    'F54: readiness ends before anything else does, and nobody who waits holds up the end',
    { timeout: 25_000 },
    async () => {
      const { app, close: closeApi } = await openApi();
      const url = await app.listen({ host: '127.0.0.1', port: 0 });
      const headers = { authorization: `Bearer ${adminToken}` };
      const get = async (path: string) => (await fetch(url + path, { headers })).status;
      expect(await get('/readyz')).toBe(200);
      app.readiness.stop();
      expect([await get('/readyz'), await get('/livez'), await get('/v1/credentials')]).toEqual([
        503, 200, 200,
      ]);
      const stream = await openEventStream(`${url}/v1/events/stream`, { headers });
      const { body } = await stack.admin.post('/v1/authorizations', { provider: 'sandbox' });
      const poll = get(`/v1/authorizations/${body.id}?wait=60`);
      await eventually(
        async () => {
          const answer = await fetch(`${url}/metrics`, { headers });
          return sampleOf(await answer.text(), 'latchkey_http_requests_in_flight') >= 3;
        },
        { describe: 'stream, long poll and this request are under way' },
      );
      const [answered] = await Promise.all([poll, closeApi()]);
      expect(answered).toBe(200);
      await eventually(() => stream.ended, { describe: 'the stream has ended' });
    },
  );

  it('F55: without PostgreSQL nothing leaves, callers are told so, and it goes on by itself', async () => {
    const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_fail_closed' });
    const outage = await cutDatabase(stack.database);
    const [lease, ready] = [await leaseOf(credential.id), await stack.admin.get('/readyz')];
    await outage.end();
    expect(lease).toMatchObject({ status: 503, body: { code: 'service_unavailable' } });
    expect(lease.headers.get('retry-after')).toBe('1');
    expect(lease.text).not.toContain('sbx_valid');
    expect(ready.status).toBe(503);
    await eventually(async () => (await leaseOf(credential.id)).status === 200, {
      describe: 'leases are served again',
    });
    expect((await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_afterwards' })).authorization.status).toBe(
      'succeeded',
    );
  });

  it('F55: without the provider a good token is leased, an old one is not, and the end of the outage is noticed', async () => {
    const connection = await openConnection(stack, { provider: 'dropbox' });
    await stack.sandbox.control.addFault({
      provider: 'dropbox',
      endpoint: 'token',
      fault: 'server_error',
      status: 503,
      times: null,
    });
    const authorization = await connection.refresh();
    await eventually(async () => (await connection.row()).health === 'refresh_failing', {
      describe: 'a refresh has failed',
    });
    expect((await leaseOf(connection.id, {}, 'dropbox')).status).toBe(200);
    await connection.alter(
      `expires_at = now() - interval '1 minute', refresh_not_before = now() + interval '1 minute'`,
    );
    const refused = await leaseOf(connection.id, { waitSeconds: 0 }, 'dropbox');
    expect(refused).toMatchObject({ status: 503, body: { code: 'provider_unavailable' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.body.accessToken).toBeUndefined();
    await stack.sandbox.control.clearFaults();
    await connection.alter('refresh_not_before = null, back_off_until = null');
    expect(await finish(stack.admin, authorization, 40)).toMatchObject({ status: 'succeeded' });
    expect((await leaseOf(connection.id, {}, 'dropbox')).status).toBe(200);
  });

  it('F55: the degraded mode of each dependency is documented, in all its columns', () => {
    const modes = degradedModes();
    for (const what of [
      'PostgreSQL away',
      'PostgreSQL slow',
      'Redis away',
      'Redis slow',
      'Redis emptied',
      'provider never answers',
      'all workers away',
      'clock of a host wrong',
      'the sign-in issuer',
    ])
      expect([what, modes[what]?.length, modes[what]?.filter((cell) => cell === '')]).toEqual([what, 4, []]);
    expect(Object.keys(modes).some((what) => what.startsWith('provider down'))).toBe(true);
  });

  const alter = (id: string, assignments: string) =>
    stack.database.superuser.query(`update credential set ${assignments} where id = $1`, [id]);

  /** The clock of everything in this process but PostgreSQL and Redis. */
  function setClock(minutes: number): void {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + minutes * 60_000 });
  }

  it.each([5, -5])(
    'F56: by %i minutes changes no decision about leases, refreshes, states and tokens',
    async (minutes) => {
      const [here, recorded] = [stack, provider];
      const { credential } = await connect(here, { provider: 'recorded' });
      const runner = await here.admin.post('/v1/service-tokens', {
        name: `runner ${minutes}`,
        role: 'runner',
      });
      const callback = await goToCallback(here, { provider: 'recorded' });
      const over = await goToCallback(here, { provider: 'recorded' });
      const sql = (text: string, values: unknown[]) => here.database.superuser.query(text, values);
      await sql(`update service_token set expires_at = now() + interval '2 minutes' where id = $1`, [
        runner.body.id,
      ]);
      await sql(
        `update authorization_state set expires_at = now() + interval '1 minute' where authorization_id = $1`,
        [callback.id],
      );
      await sql(
        `update authorization_state set expires_at = now() - interval '1 second' where authorization_id = $1`,
        [over.id],
      );
      await here.worker.relay.idle();
      const refreshes = () =>
        recorded.to('/recorded/token').filter(({ form }) => form.get('grant_type') === 'refresh_token')
          .length;
      const before = refreshes();
      setClock(minutes);

      // 200 s are left by PostgreSQL's clock: nothing is refreshed, by nobody.
      await alter(
        credential.id,
        `expires_at = now() + interval '200 seconds', next_refresh_at = now() + interval '100 seconds'`,
      );
      const lease = { provider: 'recorded', credentialId: credential.id, minTtlSeconds: 60 };
      expect((await here.clientWith(runner.body.token).post('/v1/leases', lease)).status).toBe(200);
      expect(await claimDue(here.worker.systemContext, 'refresh_token', 100)).toBe(0);
      expect(refreshes()).toBe(before);

      // None are left: one refresh, and its token lives from now on by PostgreSQL's clock.
      await alter(credential.id, `expires_at = now() - interval '1 second'`);
      expect((await here.admin.post('/v1/leases', { ...lease, waitSeconds: 20 })).status).toBe(200);
      expect(refreshes()).toBe(before + 1);
      const { rows } = await sql(
        'select extract(epoch from expires_at - now())::float8 as left from credential where id = $1',
        [credential.id],
      );
      expect(rows[0].left).toBeGreaterThan(3500);
      expect(rows[0].left).toBeLessThanOrEqual(3600);

      // A state that still lives is taken, one that is over is not.
      expect((await over.browser.visit(over.callback.href)).status).toBe(400);
      expect((await callback.browser.visit(callback.callback.href)).status).toBe(200);
      expect(await finish(here.admin, callback.id)).toMatchObject({ status: 'succeeded' });

      // A token that is over is none, and one for the next minutes may be made.
      const inSeconds = async (seconds: number) => {
        const [{ at }] = (await sql('select now() + make_interval(secs => $1) as at', [seconds])).rows;
        return here.admin.post('/v1/service-tokens', {
          name: 'short',
          role: 'viewer',
          expiresAt: at.toISOString(),
        });
      };
      expect([(await inSeconds(120)).status, (await inSeconds(-120)).status]).toEqual([201, 400]);
      await sql(`update service_token set expires_at = now() - interval '1 second' where name = 'short'`, []);
    },
  );

  it.each([
    ['ahead of', -540, -60],
    ['behind', 310, 3600],
  ])('F56: a worker %s the issuer by 5 minutes takes its ID tokens', async (_where, notBefore, expires) => {
    const [here, recorded] = [stack, provider];
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    recorded.once('/oidc/token', (response) => {
      const asked = new URL(recorded.to('/oidc/authorize').at(-1)?.url ?? '', recorded.origin).searchParams;
      const now = Math.floor(Date.now() / 1000);
      const claims = {
        iss: `${recorded.origin}/oidc`,
        aud: 'oidc-client',
        sub: 'ada',
        nonce: asked.get('nonce'),
        iat: now + notBefore,
        nbf: now + notBefore,
        exp: now + expires,
      };
      const idToken = `${encode({ alg: 'RS256' })}.${encode(claims)}.${'a'.repeat(43)}`;
      answerJson(response, 200, {
        access_token: 'a',
        refresh_token: 'r',
        token_type: 'bearer',
        expires_in: 3600,
        scope: 'openid read',
        id_token: idToken,
      });
    });
    const { authorization } = await connect(here, { provider: 'oidc' });
    expect(authorization).toMatchObject({ status: 'succeeded', error: null });
  });

  // The last one: nobody handles jobs after it.
  it('F53: workers that are told to stop finish the refresh that they have sent: no unknown outcome, no stalled job', async () => {
    const connection = await openConnection(stack);
    await connection.spoil({ fault: 'delay', ms: 1200, phase: 'after' });
    const authorization = await connection.refresh();
    await eventually(async () => (await connection.log()).some(({ committed }) => committed), {
      describe: 'the provider has rotated the token and not answered yet',
    });
    await stack.stopWorkers(80_000);
    expect(await connection.attempts()).toEqual(['succeeded']);
    expect((await stack.admin.get(`/v1/authorizations/${authorization}`)).body.status).toBe('succeeded');
    const counts = Object.values(await stack.api.transport.queues.counts());
    expect(counts.map(({ active }) => active)).toEqual(jobNames.map(() => 0));
    expect(await query(`select id from "authorization" where status = 'running'`)).toEqual([]);
  });
});

/** Redis emptied; without Redis, all that the queues keep in PostgreSQL. */
async function forgetTransport(): Promise<void> {
  if (stack.redis !== null) return stack.redis.run(async (redis) => void (await redis.flushall()));
  const tables = await query(
    `select format('bullmq.%I', tablename) as name from pg_tables where schemaname = 'bullmq' and tablename !~ 'migration|meta|version'`,
  );
  expect(tables.length).toBeGreaterThan(0);
  await query(`truncate ${tables.map(({ name }) => name).join(', ')} cascade`);
}

/** Of docs/architecture.md: the cells behind the name of what is wrong. */
function degradedModes(): Record<string, string[]> {
  const [, section = ''] = readFileSync(`${repository}docs/architecture.md`, 'utf8').split(
    '## Degraded modes\n',
  );
  const lines = (section.split('\n## ', 1)[0] ?? '').split('\n').filter((line) => line.startsWith('|'));
  return Object.fromEntries(
    lines.slice(2).map((line) => {
      const [name = '', ...cells] = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      return [name, cells];
    }),
  );
}
