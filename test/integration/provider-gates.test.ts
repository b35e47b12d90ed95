import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { connect, finish, providerLog } from '../support/flows.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

beforeEach(async () => {
  await stack.sandbox.control.clearFaults();
  await stack.sandbox.control.clearLog();
});

const query = async (text: string, ...values: unknown[]) =>
  (await stack.database.superuser.query(text, values)).rows;

const fault = (provider: string, effect: object) =>
  stack.sandbox.control.addFault({ provider, endpoint: 'token.refresh', ...effect } as Parameters<
    Stack['sandbox']['control']['addFault']
  >[0]);

const refreshes = (provider: string) => providerLog(stack, provider, 'token.refresh');
const arrivals = async (provider: string) =>
  (await refreshes(provider)).map(({ arrivedAt }) => Date.parse(arrivedAt));

async function connections(provider: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const { credential } = await connect(stack, { provider, name: `${provider} ${index}` });
    ids.push(credential.id);
  }
  return ids;
}

/** Queues a refresh. @returns the id of its authorization */
async function refresh(credentialId: string): Promise<string> {
  const answer = await stack.admin.post(`/v1/credentials/${credentialId}/refresh`);
  expect(answer.status, answer.text).toBe(202);
  return answer.body.authorization.id;
}

const gateOf = async (provider: string) =>
  (await query('select *, open_until > now() as open from provider_gate where provider = $1', provider))[0];

/** Until a worker has put it off for this reason. */
const putOff = (authorizationId: string, code: string) =>
  eventually(
    async () => {
      const { body } = await stack.admin.get(`/v1/authorizations/${authorizationId}`);
      return body.status === 'queued' && body.error?.code === code;
    },
    { describe: `the authorization is put off as ${code}` },
  );

describe(`the gate of an OAuth client (${transport})`, () => {
  it('opens when five credentials fail in a row: a sixth calls nobody, and all are refreshed when the provider is back', async () => {
    const provider = 'google_drive';
    const [first = '', ...others] = await connections(provider, 7);
    const sixth = others.pop() ?? '';
    expect(await finish(stack.admin, await refresh(first))).toMatchObject({ status: 'succeeded' });

    await fault(provider, { fault: 'server_error', times: null });
    await Promise.all(others.map(refresh));
    await eventually(async () => (await gateOf(provider))?.open, { describe: 'the gate is open' });
    const [{ now }] = await query(
      `update provider_gate set open_until = now() + interval '10 s' where provider = $1 returning now() as now`,
      provider,
    );
    await putOff(await refresh(sixth), 'provider_unavailable');
    expect(await query('select id from refresh_attempt where credential_id = $1', sixth)).toEqual([]);

    await stack.sandbox.control.clearFaults();
    await eventually(
      async () => {
        const rows = await query(
          'select token_version, health from credential where provider = $1',
          provider,
        );
        return rows.length === 7 && rows.every((row) => row.token_version === 2 && row.health === 'ok');
      },
      { describe: 'every credential is refreshed', timeoutMs: 50_000 },
    );
    const later = (await arrivals(provider)).filter((at) => at > now.getTime());
    expect(Math.min(...later)).toBeGreaterThanOrEqual(now.getTime() + 9_900);
    expect(await gateOf(provider)).toMatchObject({ open_until: null, failing: [], openings: 0 });
  });

  it('is closed to a client that was rejected: one call, one event, and its credentials stay as they are', async () => {
    const provider = 'dropbox';
    const ids = await connections(provider, 5);
    await fault(provider, { fault: 'invalid_client', times: null });
    await query('update credential set next_refresh_at = now() where provider = $1', provider);
    const rows = await eventually(
      async () => {
        const all = await query(
          `select credential.status, credential.token_version, last_error_code, a.status as ended, a.error_code
          from credential left join "authorization" a on a.credential_id = credential.id and a.kind = 'refresh_token'
          where credential.provider = $1`,
          provider,
        );
        return all.every(({ ended }) => ended === 'failed') && all;
      },
      { describe: 'the refreshes of all five have ended', timeoutMs: 40_000 },
    );
    expect(rows).toEqual(
      ids.map(() => ({
        status: 'active',
        token_version: 1,
        last_error_code: 'client_misconfigured',
        ended: 'failed',
        error_code: 'client_misconfigured',
      })),
    );
    expect(await refreshes(provider)).toHaveLength(1);
    const events = await query(
      `select subject from event where type = 'latchkey.oauth_client.misconfigured'`,
    );
    expect(events).toEqual([{ subject: provider }]);
    const lease = await stack.admin.post('/v1/leases', { provider, credentialId: ids[0], minTtlSeconds: 0 });
    expect(lease.status, lease.text).toBe(200);
  });

  it('429 pauses every credential of that client for Retry-After, and no other provider', async () => {
    const [told = '', other = ''] = await connections('onedrive', 2);
    const [elsewhere = ''] = await connections('sandbox', 1);
    await fault('onedrive', { fault: 'rate_limited', retryAfterSeconds: 12 });
    const first = await refresh(told);
    await putOff(first, 'rate_limited');
    const second = await refresh(other);
    await putOff(second, 'rate_limited');
    expect(await finish(stack.admin, await refresh(elsewhere))).toMatchObject({ status: 'succeeded' });
    expect(await finish(stack.admin, second, 40)).toMatchObject({ status: 'succeeded' });
    expect(await finish(stack.admin, first, 40)).toMatchObject({ status: 'succeeded' });
    const [refused = 0, ...later] = await arrivals('onedrive');
    expect(later).toHaveLength(2);
    expect(Math.min(...later) - refused).toBeGreaterThanOrEqual(12_000);
  });
});
