import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { addKey, connect, providerLog } from '../support/flows.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';

const mostWaiting = 3;
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { LEASE_MAX_WAITING: String(mostWaiting) } });
});

afterAll(() => stack.close());

/** A new account, whose row is then changed; nothing is asked of the provider so far. */
async function account(changes: string): Promise<string> {
  const { credential } = await connect(stack, { provider: 'sandbox' });
  await stack.database.superuser.query(`update credential set ${changes} where id = $1`, [credential.id]);
  await stack.sandbox.control.clearLog();
  return credential.id;
}

const lease = (credentialId: string, wish: object = {}) =>
  stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId, ...wish });

async function refreshes(credentialId: string) {
  const { rows } = await stack.database.superuser.query<{
    reason: string;
    created_at: Date;
    attempts: number;
  }>(
    `select reason, created_at, attempts from "authorization" where credential_id = $1 and kind = 'refresh_token'`,
    [credentialId],
  );
  return rows;
}

async function leasesWaiting(): Promise<number> {
  const { text } = await stack.admin.get('/metrics');
  return Number(/^latchkey_leases_waiting (\d+)$/m.exec(text)?.[1]);
}

const expired = `expires_at = now() - interval '1 minute', next_refresh_at = null`;

describe(`leases that wait (${transport})`, () => {
  it('a pause that the provider asked for is longer than the wait: told at once when to come back, nothing is queued', async () => {
    const id = await account(
      `${expired}, refresh_not_before = now() + interval '120 s', last_error_code = 'rate_limited',
       last_error_message = 'The provider asked to slow down.'`,
    );
    const { status, body, headers } = await lease(id, { waitSeconds: 60 });
    expect({ status, code: body.code, detail: body.detail }).toEqual({
      status: 503,
      code: 'provider_unavailable',
      detail: 'The provider asked to slow down.',
    });
    // Counted from the moment of the answer: it came long before the wait was over.
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(90);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(120);
    expect(await refreshes(id)).toEqual([]);
    expect(await providerLog(stack, 'sandbox', 'token.refresh')).toEqual([]);
  });

  it('a pause that ends within the wait is waited for, and only then is one refresh queued', async () => {
    const id = await account(`${expired}, refresh_not_before = now() + interval '2 s'`);
    const { rows } = await stack.database.superuser.query(
      'select refresh_not_before from credential where id = $1',
      [id],
    );
    const leases = await Promise.all([1, 2, 3].map(() => lease(id, { waitSeconds: 30 })));
    expect(leases.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(leases.map(({ body }) => body.accessToken)).size).toBe(1);
    const queued = await refreshes(id);
    expect(queued).toMatchObject([{ reason: 'lease' }]);
    expect(queued[0]?.created_at.getTime()).toBeGreaterThanOrEqual(rows[0].refresh_not_before.getTime() - 50);
    expect(await providerLog(stack, 'sandbox', 'token.refresh')).toHaveLength(1);
  });

  it('only so many leases wait at once: one more is told so, what needs no wait is served, and room comes free', async () => {
    const { credential: key } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_waiting' });
    const id = await account(`${expired}, refresh_not_before = now() + interval '25 s'`);
    const waiting = Array.from({ length: mostWaiting }, () => lease(id, { waitSeconds: 60 }));
    await eventually(async () => (await leasesWaiting()) === mostWaiting, { describe: 'the room is full' });
    const refused = await lease(id, { waitSeconds: 60 });
    expect({ status: refused.status, code: refused.body.code }).toEqual({
      status: 503,
      code: 'too_many_waiting',
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await lease(key.id)).status).toBe(200);

    await stack.database.superuser.query('update credential set refresh_not_before = null where id = $1', [
      id,
    ]);
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200]);
    await stack.database.superuser.query(`update credential set ${expired} where id = $1`, [id]);
    expect((await lease(id, { waitSeconds: 30 })).status).toBe(200);
  });

  it('while refreshes fail, a token with the time asked for is leased, and no lease asks the provider', async () => {
    await stack.sandbox.control.addFault({
      provider: 'sandbox',
      endpoint: 'token.refresh',
      fault: 'server_error',
      status: 500,
      times: 1000,
    });
    const id = await account(
      `expires_at = now() + interval '14 minutes', token_lifetime_seconds = 3600, next_refresh_at = now()`,
    );
    await eventually(
      async () => (await stack.admin.get(`/v1/credentials/${id}`)).body.health === 'refresh_failing',
      { describe: 'the scheduled refresh has failed', timeoutMs: 20_000 },
    );
    const leases = [];
    for (let count = 0; count < 20; count += 1) leases.push(await lease(id));
    expect(leases.map(({ status }) => status)).toEqual(leases.map(() => 200));
    expect(new Set(leases.map(({ body }) => body.accessToken)).size).toBe(1);
    const calls = await providerLog(stack, 'sandbox', 'token.refresh');
    const queued = await refreshes(id);
    expect(queued).toMatchObject([{ reason: 'schedule' }]);
    expect(calls.length).toBeLessThanOrEqual(queued[0]?.attempts ?? 0);

    const { status, body, headers } = await lease(id, { minTtlSeconds: 1800, waitSeconds: 1 });
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'provider_unavailable' });
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    await stack.sandbox.control.clearFaults();
  });
});
