import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { addKey } from '../../support/flows.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

/** PostgreSQL is there, but nobody gets to this database. */
async function withoutDatabase(work: () => Promise<void>): Promise<void> {
  const { superuser, url } = stack.database;
  const name = new URL(url).pathname.slice(1);
  // `alter database` refuses to do this to the database that asks.
  const allow = (yes: boolean) =>
    superuser.query('update pg_database set datallowconn = $2 where datname = $1', [name, yes]);
  await allow(false);
  const cut =
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()';
  await superuser.query(cut, [name]);
  try {
    await work();
  } finally {
    await allow(true);
  }
}

describe(`for operators (${transport})`, () => {
  const anybody = () => stack.clientWith(null);

  it('liveness and readiness need no token', async () => {
    expect(await anybody().get('/livez')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await anybody().get('/readyz')).toMatchObject({
      status: 200,
      body: { status: 'ready', checks: { database: 'ok', transport: 'ok' } },
    });
  });

  it('metrics need an administrator, and count by route, never by id', async () => {
    expect((await anybody().get('/metrics')).status).toBe(401);
    const viewer = await stack.admin.post('/v1/service-tokens', { name: 'v', role: 'viewer' });
    expect((await stack.clientWith(viewer.body.token).get('/metrics')).status).toBe(403);
    const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_metrics' });
    const { headers, text } = await stack.admin.get('/metrics');
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(text).toMatch(
      /^latchkey_http_request_duration_seconds_count\{method="GET",route="\/v1\/credentials\/:id",status="200"\} [1-9]/m,
    );
    expect(text).toMatch(/^latchkey_http_requests_in_flight 1$/m);
    expect(text).toMatch(/^process_cpu_seconds_total /m);
    expect(text).not.toContain(credential.id);
    expect(text).not.toContain('lk_');
  });

  it('without its database it is alive but not ready, answers problems, and recovers by itself', async () => {
    await withoutDatabase(async () => {
      await eventually(async () => (await anybody().get('/readyz')).status === 503, {
        describe: 'it is not ready',
      });
      const { body } = await anybody().get('/readyz');
      expect(body).toMatchObject({ status: 'not_ready', checks: { database: 'failing' } });
      expect((await anybody().get('/livez')).status).toBe(200);
      const refused = await stack.admin.get('/v1/credentials');
      expect(refused.status).toBeGreaterThanOrEqual(500);
      expect(refused.headers.get('content-type')).toContain('application/problem+json');
      expect(refused.body.requestId).toMatch(/^req_/);
    });
    await eventually(async () => (await anybody().get('/readyz')).status === 200, {
      describe: 'it is ready again',
      timeoutMs: 20_000,
    });
    expect((await stack.admin.get('/v1/credentials')).status).toBe(200);
    const { authorization } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_later' });
    expect(authorization.status).toBe('succeeded');
  });
});
