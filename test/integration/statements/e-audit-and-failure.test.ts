import { acrossWorkspaces } from '@latchkey/core/db';
import { readFileSync } from 'node:fs';
import type { Api, Route } from '@latchkey/api/api.ts';
import { buildApp } from '@latchkey/api/app.ts';
import { readApiSettings } from '@latchkey/api/env.ts';
import { offlineRuntime } from '@latchkey/api/offline-runtime.ts';
import { requestSeconds } from '@latchkey/api/plugins/console-sign-in.ts';
import { routes } from '@latchkey/api/routes/index.ts';
import { verifyAudit } from '@latchkey/core/audit';
import { createLogger } from '@latchkey/core/logger.ts';
import { outboundLimits } from '@latchkey/core/outbound';
import { jobNames } from '@latchkey/core/queues';
import { connectRedis, nodeOptions } from '@latchkey/core/queues/connect-redis.ts';
import { openJobPool } from '@latchkey/core/queues/job-pool.ts';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { addKey, connect, goToCallback } from '../../support/flows.ts';
import { productionSources, repository } from '../../support/production-sources.ts';
import { refreshNow } from '../../support/provider-checks.ts';
import { answerJson, startRecordedStack, type RecordingProvider } from '../../support/recording-provider.ts';
import { transport, type Stack } from '../../support/stack.ts';

const logged: string[] = [];
let stack: Stack;
let provider: RecordingProvider;
let close: () => Promise<void>;
let credentialId: string;

const apiKey = 'sbx_valid_that_the_audit_must_see_first';

beforeAll(async () => {
  ({ stack, provider, close } = await startRecordedStack(
    { recorded: {} },
    { onLog: (line) => logged.push(line) },
  ));
  credentialId = (await addKey(stack, 'sandbox', { apiKey })).credential.id;
});

afterAll(() => close());

const query = async (text: string, values: unknown[] = []) =>
  (await stack.database.superuser.query(text, values)).rows;

const lease = () => stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId });

const leasesOf = async () => (await query('select count(*)::int as n from lease'))[0].n;

describe(`audit and failure (${transport})`, () => {
  it.each([
    ['cannot be written', 'before insert on audit_entry for each row'],
    ['cannot be committed', 'after insert on audit_entry deferrable initially deferred for each row'],
  ])('E40: an audit that %s keeps the secret here, and leaves no lease', async (what, when) => {
    const kind = what.includes('committed') ? 'constraint trigger' : 'trigger';
    await query(`create or replace function refuse_insert() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$;
      create ${kind} refuse ${when} execute function refuse_insert()`);
    const before = await leasesOf();
    const { status, text } = await lease();
    await query('drop trigger refuse on audit_entry');
    // Written later than everything else it is no refusal of the audit any more, but of the commit.
    expect([status, text.includes(apiKey)]).toEqual([what.includes('committed') ? 500 : 503, false]);
    expect(await leasesOf()).toBe(before);
    expect((await lease()).body.fields).toEqual({ apiKey });
  });

  it('E40: while the audit is held up the secret does not leave, and is there with its entry afterwards', async () => {
    await query('begin; lock table audit_entry in share mode');
    let answered = false;
    const answer = lease().finally(() => (answered = true));
    await eventually(
      async () =>
        (await query(`select 1 from pg_locks where not granted and relation = 'audit_entry'::regclass`))
          .length > 0,
      { describe: 'the audit entry waits for the lock' },
    );
    expect(answered).toBe(false);
    await query('rollback');
    const { body } = await answer;
    expect(body.fields).toEqual({ apiKey });
    expect(
      await query(`select action, subject from audit_entry where data ->> 'leaseId' = $1`, [body.leaseId]),
    ).toEqual([{ action: 'lease.issue', subject: credentialId }]);
  });

  it('E41: an entry cannot be changed or removed, and who gets around that breaks the chain', async () => {
    const workspaceId = stack.api.defaultWorkspaceId;
    await stack.api.relay.idle();
    const verify = async () =>
      (await verifyAudit({ em: acrossWorkspaces(stack.api.orm.em), workspaceId }, { noted: null })).problem
        ?.sequence ?? null;
    expect(await verify()).toBeNull();
    for (const statement of [
      `update audit_entry set actor_name = 'nobody'`,
      'delete from audit_entry',
      'truncate audit_entry',
    ])
      await expect(query(statement)).rejects.toThrow('audit_entry is append-only');
    const superior = async (statement: string) => {
      await query('alter table audit_entry disable trigger user');
      await query(statement, [workspaceId]);
      await query('alter table audit_entry enable trigger user');
    };
    await query('create table kept as select * from audit_entry');
    const second = 'where sequence = 2 and workspace_id = $1';
    const changes = { actor_name: 'changed', action: 'lease.report', subject: 'changed', outcome: 'refused' };
    for (const [column, value] of Object.entries(changes)) {
      await superior(`update audit_entry set ${column} = '${value}' ${second}`);
      expect([column, await verify()]).toEqual([column, 2]);
      await superior(
        `update audit_entry set ${column} = (select ${column} from kept where kept.id = audit_entry.id) ${second}`,
      );
      expect([column, await verify()]).toEqual([column, null]);
    }
    await superior('delete from audit_entry where sequence = 3 and workspace_id = $1');
    expect(await verify()).toBe(3);
    await superior(
      'insert into audit_entry overriding system value select * from kept where sequence = 3 and workspace_id = $1',
    );
    expect(await verify()).toBeNull();
    const { body } = await stack.admin.get('/v1/audit?limit=5');
    const times: string[] = body.items.map(({ at }: { at: string }) => at);
    expect(times.filter((at) => !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(at))).toEqual([]);
    const [first, next] = body.items;
    expect(next.previousHash).toBe(first.hash);
    expect(
      await query(
        `select data_type from information_schema.columns where table_name = 'audit_entry' and column_name = 'at'`,
      ),
    ).toEqual([{ data_type: 'timestamp with time zone' }]);
  });

  it('E42: text from outside forges no line of log or audit, and text of a provider is cut and cleaned', async () => {
    const forged = 'x\r\n{"level":60,"msg":"forged"}\u2028\u001b[2J\u202egnp\u0000';
    const from = logged.length;
    const { callback, browser } = await goToCallback(stack, { provider: 'recorded' });
    callback.searchParams.delete('code');
    callback.searchParams.set('error', 'access_denied');
    callback.searchParams.set('error_description', forged);
    await browser.visit(callback.href);
    const { credential } = await connect(stack, { provider: 'recorded' });
    provider.once('/token', (response) =>
      answerJson(response, 400, {
        error: 'invalid_grant',
        error_description: `${forged}${'long words '.repeat(1000)}`,
      }),
    );
    const refused = await refreshNow(stack, credential.id);
    await stack
      .clientWith(`lk_${'x'.repeat(40)}`)
      .get(`/v1/credentials/${encodeURIComponent(forged.slice(0, 20))}`);
    await stack
      .clientWith(null)
      .get('/v1/credentials', { headers: { 'user-agent': '\u0085forged', 'x-request-id': 'forged' } });
    await stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId, runId: 'run\u2028\u001b[2J' });
    await stack.admin.post('/v1/service-tokens', { name: 'A\u202eB', role: 'viewer' });
    await stack.api.relay.idle();

    const lines: string[] = [];
    const log = createLogger({ name: 'test', level: 'trace', write: (line) => lines.push(line) });
    log.warn({ forged, err: new Error(forged) }, forged);
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual([forged]);
    for (const line of [...logged.slice(from), ...lines]) {
      expect(line.indexOf('\n')).toBe(line.length - 1);
      expect(line.slice(0, -1)).not.toMatch(/\p{Cc}/u);
      expect(JSON.parse(line).level).toBeLessThan(60);
    }
    const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
    const stored = await query(
      `select value from audit_entry, lateral (values (subject), (actor_name), (request_id), (client_address)) as t(value) where value is not null
       union all select value #>> '{}' from audit_entry, jsonb_each(data) where jsonb_typeof(value) = 'string'
       union all select error_message from "authorization" where error_message is not null
       union all select last_error_message from credential where last_error_message is not null`,
    );
    expect(stored.length).toBeGreaterThan(20);
    expect(stored.filter(({ value }) => unprintable.test(value) || value.length > 500)).toEqual([]);
    expect(refused.error).toMatchObject({ code: 'grant_revoked' });
    expect(refused.error.message).toContain('long words');
    expect(refused.error.message.length).toBeLessThan(350);
  });

  it('E43: failed authentication is logged with its address, a refused permission is in the audit, and callers learn nothing', async () => {
    const nobody = stack.clientWith(null);
    const failures: [what: string, ask: () => Promise<{ status: number; text: string }>][] = [
      ['no token', () => nobody.get('/v1/credentials')],
      ['an unknown token', () => stack.clientWith('lk_unknown_to_everybody').get('/v1/credentials')],
      ['a token that cannot be ours', () => stack.clientWith('other-kind').get('/v1/credentials')],
      [
        'an unknown session',
        () => nobody.get('/v1/credentials', { headers: { cookie: 'latchkey_session=unknown' } }),
      ],
      ['a wrong admin token', () => nobody.post('/auth/session', { adminToken: 'wrong' })],
    ];
    for (const [what, ask] of failures) {
      const from = logged.length;
      const { status } = await ask();
      expect([what, status]).toEqual([what, 401]);
      const line = await eventually(
        () =>
          logged
            .slice(from)
            .map((each) => JSON.parse(each))
            .find((each) => each.status === 401),
        { describe: `${what} is logged` },
      );
      expect(line).toMatchObject({ msg: 'request', clientAddress: '127.0.0.1' });
    }
    const made = await stack.admin.post('/v1/service-tokens', { name: 'curious', role: 'viewer' });
    expect((await stack.clientWith(made.body.token).post('/v1/leases', { provider: 'sandbox' })).status).toBe(
      403,
    );
    expect(
      await query('select action, outcome, subject from audit_entry where actor_id = $1', [made.body.id]),
    ).toEqual([{ action: 'permission.refuse', outcome: 'refused', subject: 'POST /v1/leases' }]);
    // Which of several reasons it was does not show.
    const bodies = await Promise.all(
      ['lk_unknown', made.body.token.slice(0, -1)].map(
        async (token) => (await stack.clientWith(token).get('/v1/events')).body,
      ),
    );
    expect({ ...bodies[0], requestId: '' }).toEqual({ ...bodies[1], requestId: '' });

    await query('alter table credential rename column name to hidden');
    const broken = await stack.admin.get('/v1/credentials');
    await query('alter table credential rename column hidden to name');
    expect(broken).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    expect(broken.text).not.toMatch(/column|select|credential|hidden|at \w+ \(/i);
  });

  it('E44: every outbound dependency has a row in the operations manual, with the limits of the code', async () => {
    const rows = outboundTable();
    expect(Object.keys(rows)).toEqual(
      expect.arrayContaining([
        'PostgreSQL, queries',
        'PostgreSQL, jobs (without Redis)',
        'PostgreSQL, events (without Redis)',
        'Redis',
        'providers',
        'sign-in issuer (API)',
      ]),
    );
    for (const cells of Object.values(rows)) expect(cells.filter((cell) => cell === '')).toEqual([]);

    const { config, em } = stack.api.orm;
    const driver = config.get('driverOptions') as { connectionTimeoutMillis: number };
    const shown = await em.fork().execute<[{ statement_timeout: string }]>('show statement_timeout');
    const [{ statement_timeout: statement }] = shown;
    expect(rows['PostgreSQL, queries']).toEqual([
      `pool of ${config.get('pool').max} per process`,
      `${driver.connectionTimeoutMillis / 1000} s to connect, ${statement.replace('s', ' s')} per statement`,
      'by caller or job',
    ]);
    const pool = openJobPool({ databaseUrl: stack.database.url, log: stack.api.log, size: jobPoolSize() });
    const {
      max,
      connectionTimeoutMillis = 0,
      query_timeout: queryTimeout = 0,
    } = (pool as unknown as Pool).options;
    await pool.end();
    expect(rows['PostgreSQL, jobs (without Redis)']?.slice(0, 2)).toEqual([
      `pool of ${max}, workers ${jobNames.length + 4} more`,
      `${connectionTimeoutMillis / 1000} s to connect, ${queryTimeout / 1000} s per query`,
    ]);
    const redis = connectRedis(['redis://127.0.0.1:1'], { lazyConnect: true });
    const { retryStrategy } = redis.options as { retryStrategy: (attempt: number) => number };
    for (const attempt of [1, 10, 1000]) expect(retryStrategy(attempt)).toBeLessThanOrEqual(2000);
    redis.disconnect();
    expect(rows['Redis']?.slice(1)).toEqual([
      `${(nodeOptions('redis://a').connectTimeout ?? 0) / 1000} s`,
      'reconnects for ever, at most 2 s apart',
    ]);
    const { connectTimeoutMs, totalTimeoutMs, maxBodyBytes } = outboundLimits;
    expect(rows['providers']?.slice(0, 2)).toEqual([
      'one per call',
      `${connectTimeoutMs / 1000} s to connect, ${totalTimeoutMs / 1000} s in all, ${maxBodyBytes / 1024} KiB`,
    ]);
    expect(rows['sign-in issuer (API)']?.[1]).toBe(`${requestSeconds} s`);
  });

  it('E44: what opens connections is listed here; something new needs a row in that manual first', () => {
    const opens =
      /from '(?:undici|pg|ioredis|node:(?:net|http|https|tls|dgram|dns|dns\/promises|http2))'|@fastify\/oauth2'|\boauth\.\w+Request\(/;
    const found = productionSources().filter(({ text }) => {
      const values = text.replaceAll(/^import type .*$/gm, '');
      return opens.test(values) || /(?<![\w.#])fetch\(\s*(?:['"`]|new URL|url\b)/.test(values);
    });
    expect(found.map(({ file }) => file)).toEqual([
      'apps/api/src/plugins/connection-errors.ts', // answers
      'apps/api/src/plugins/console-sign-in.ts',
      'apps/api/src/plugins/turn-away.ts', // answers
      'apps/worker/src/endpoint.ts', // listens
      'packages/core/src/db/reaching-query.ts', // sends on connections of the pool
      'packages/core/src/events/postgres-event-bus.ts',
      'packages/core/src/events/redis-event-bus.ts',
      'packages/core/src/outbound/check-address.ts', // reads addresses
      'packages/core/src/outbound/connectors.ts',
      'packages/core/src/outbound/open-tunnel.ts',
      'packages/core/src/outbound/pinned-lookup.ts',
      'packages/core/src/outbound/single-call.ts',
      'packages/core/src/queues/connect-redis.ts',
      'packages/core/src/queues/job-pool.ts',
      'packages/core/src/queues/migrate-job-schema.ts',
    ]);
  });

  it('E46: every route declares a permission and what it leaves in the audit, and the boot stops where one does not', async () => {
    const declared: { route: string; permission: unknown; audit: unknown }[] = [];
    const recorder = new Proxy(
      {},
      {
        get:
          (_target, method: string) =>
          (url: string, { config }: { config?: Record<string, unknown> }) =>
            declared.push({
              route: `${method.toUpperCase()} ${url}`,
              permission: config?.['permission'],
              audit: config?.['audit'],
            }),
      },
    );
    for (const route of routes) route(recorder as Api);
    expect(declared.length).toBeGreaterThanOrEqual(38);
    const silent = declared.filter(
      ({ permission, audit }) => permission === undefined || audit === undefined,
    );
    expect(silent.map(({ route }) => route)).toEqual([]);
    // What changes something leaves something.
    const reading = new Set(['GET', 'HEAD']);
    const untold = declared.filter(
      ({ route, audit }) => audit === null && !reading.has(route.split(' ', 1)[0] ?? ''),
    );
    expect(untold.map(({ route }) => route)).toEqual([]);

    const boot = async (config: object) => {
      const forgotten: Route = (api) => api.get('/v1/forgotten', { config }, () => 'ok');
      (routes as Route[]).push(forgotten);
      try {
        const app = await buildApp({
          runtime: offlineRuntime('https://keys.test'),
          apiSettings: readApiSettings({}),
        });
        await app.close();
      } finally {
        (routes as Route[]).pop();
      }
    };
    for (const config of [{}, { permission: 'credential:read' }, { audit: null }])
      await expect(boot(config)).rejects.toThrow('/v1/forgotten declares no permission or no audit answer');
    await boot({ permission: 'credential:read', audit: null, limit: 'read' });
  });
});

/** Of docs/operations.md: the cells of a dependency behind its name. */
function outboundTable(): Record<string, string[]> {
  const manual = readFileSync(`${repository}docs/operations.md`, 'utf8');
  const [, section = ''] = manual.split('### Outbound dependencies\n');
  const lines = (section.split('\n#', 1)[0] ?? '').split('\n').filter((line) => line.startsWith('|'));
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

function jobPoolSize(): number {
  const source = readFileSync(`${repository}packages/core/src/queues/postgres-backend.ts`, 'utf8');
  return Number(/openJobPool\(\{ databaseUrl, log, size: (\d+) \}\)/.exec(source)?.[1]);
}
