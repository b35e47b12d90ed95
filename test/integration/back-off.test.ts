import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBusyFront, type BusyFront } from '../support/busy-front.ts';
import { deliver } from '../support/deliveries.ts';
import { eventually } from '../support/eventually.ts';
import { finish } from '../support/flows.ts';
import { startLabStack } from '../support/lab-stack.ts';
import { arrivedApart } from '../support/provider-checks.ts';
import { expectLiveLease } from '../support/refresh-checks.ts';
import { openConnection, tryClients, type Connection } from '../support/refreshes.ts';
import { transport, type Stack } from '../support/stack.ts';

let stack: Stack;
let front: BusyFront;

beforeAll(async () => {
  front = await startBusyFront('/lab/grace/');
  stack = await startLabStack({
    labUrl: ({ url }) => {
      front.passOnTo(url);
      return front.url;
    },
  });
  await tryClients(stack, ['lab_none', 'lab_rolling', 'lab_grace']);
});

afterAll(async () => {
  await stack.close();
  await front.close();
});

/** The row once a number of refreshes in a row have failed, and the seconds from the last failure to two moments. */
async function afterFailures(connection: Connection, failures: number) {
  const row = await eventually(
    async () => {
      const current = await connection.row();
      return current.refresh_failures === failures ? current : null;
    },
    { describe: `refresh ${failures} in a row fails`, timeoutMs: 40_000 },
  );
  const failedAt = row.last_error_at?.getTime() ?? Infinity;
  const seconds = (moment: Date | null) => ((moment?.getTime() ?? 0) - failedAt) / 1000;
  return { row, pause: seconds(row.refresh_not_before), untilSchedule: seconds(row.next_refresh_at) };
}

const arrivals = async (connection: Connection) =>
  (await connection.log()).map(({ arrivedAt }) => Date.parse(arrivedAt));

/** Ten people ask for a refresh. @returns the authorizations that they are told of */
const tenRequests = (connection: Connection) =>
  Promise.all(Array.from({ length: 10 }, () => connection.refresh()));

describe(`the pause after a failed refresh (${transport})`, () => {
  it('doubles from one failure to the next, is kept by whoever asks, and ends with a success', async () => {
    const connection = await openConnection(stack, { provider: 'lab_none' });
    // The first pauses are too short to ask ten times in them.
    await connection.alter('refresh_failures = 2');
    await connection.spoil({ fault: 'server_error', times: 2 });
    const authorization = await connection.refresh();
    for (const [failures, least] of [
      [3, 4],
      [4, 8],
    ] as const) {
      const { row, pause } = await afterFailures(connection, failures);
      expect(row).toMatchObject({ status: 'active', health: 'refresh_failing' });
      expect(pause).toBeGreaterThanOrEqual(least - 0.001);
      expect(pause).toBeLessThanOrEqual(least * 2 + 0.001);
      const before = await arrivals(connection);
      expect(new Set(await tenRequests(connection))).toEqual(new Set([authorization]));
      await expectLiveLease(connection);
      const next = await eventually(async () => (await arrivals(connection))[before.length], {
        describe: 'the provider is asked again',
        timeoutMs: 40_000,
      });
      expect(next).toBeGreaterThanOrEqual((row.refresh_not_before?.getTime() ?? Infinity) - 50);
    }
    expect(await finish(stack.admin, authorization, 40)).toMatchObject({ status: 'succeeded', error: null });
    expect(await connection.row()).toMatchObject({
      health: 'ok',
      refresh_failures: 0,
      refresh_not_before: null,
      last_error_code: null,
    });
    await connection.spoil({ fault: 'server_error' });
    await connection.refresh();
    expect((await afterFailures(connection, 1)).pause).toBeLessThanOrEqual(2);
  });

  it('a lease that needs a new token is told how long it lasts', async () => {
    const connection = await openConnection(stack, { provider: 'lab_rolling' });
    await connection.alter('refresh_failures = 4');
    await connection.spoil({ fault: 'server_error' });
    await connection.refresh();
    await afterFailures(connection, 5);
    await connection.alter(`expires_at = now() + interval '30 s'`);
    const lease = await stack.admin.post('/v1/leases', {
      provider: 'lab_rolling',
      credentialId: connection.id,
      minTtlSeconds: 60,
      waitSeconds: 0,
    });
    const left = ((await connection.row()).refresh_not_before?.getTime() ?? Infinity) - Date.now();
    expect(lease).toMatchObject({ status: 503, body: { code: 'provider_unavailable' } });
    expect(Number(lease.headers.get('retry-after'))).toBeGreaterThanOrEqual(left / 1000);
    expect(await connection.log()).toHaveLength(1);
  });
});

describe(`Retry-After (${transport})`, () => {
  const insistent: [string, (connection: Connection) => Promise<unknown>][] = [
    ['people', tenRequests],
    ['runs that report a refused token', (connection) => connection.report()],
  ];

  it.each(insistent)('of a 429 is kept, also from %s', async (_who, insist) => {
    const connection = await openConnection(stack, { provider: 'lab_rolling' });
    await connection.spoil({ fault: 'rate_limited', retryAfterSeconds: 5 });
    const authorization = await connection.refresh();
    const { pause } = await afterFailures(connection, 1);
    expect(pause).toBeGreaterThanOrEqual(5);
    await insist(connection);
    expect(await finish(stack.admin, authorization, 60)).toMatchObject({ status: 'succeeded' });
    const [first, second, ...others] = await connection.log();
    expect(arrivedApart(first, second)).toBeGreaterThanOrEqual(5000);
    expect(others).toEqual([]);
  });

  it.each(insistent)('of a 503 is kept, also from %s', async (_who, insist) => {
    const connection = await openConnection(stack, { provider: 'lab_grace' });
    const earlier = front.arrivals().length;
    front.refuseOnce(6);
    const authorization = await connection.refresh();
    const { pause } = await afterFailures(connection, 1);
    expect(pause).toBeGreaterThanOrEqual(6);
    await insist(connection);
    expect(await finish(stack.admin, authorization, 60)).toMatchObject({ status: 'succeeded' });
    const [first = 0, second = 0, ...others] = front.arrivals().slice(earlier);
    expect(second - first).toBeGreaterThanOrEqual(6000);
    expect(others).toEqual([]);
  });
});

describe(`when the authorization has given up (${transport})`, () => {
  /** The pause is over, as far as the row and the work at hand can tell. */
  async function endPause(connection: Connection, authorization: string) {
    await connection.alter('refresh_not_before = null, back_off_until = null');
    await stack.database.superuser.query(
      `update "authorization" set next_attempt_at = now() where id = $1 and status = 'queued'`,
      [authorization],
    );
    await deliver(stack, 'refresh-token', authorization);
  }

  it('the schedule goes on, with pauses that grow up to 15 minutes, and nobody else is faster', async () => {
    const connection = await openConnection(stack, { provider: 'lab_none' });
    await connection.spoil({ fault: 'server_error', times: null });
    const authorization = await connection.refresh();
    await eventually(
      async () => {
        const { body } = await stack.admin.get(`/v1/authorizations/${authorization}`);
        if (body.status === 'queued') await endPause(connection, authorization);
        return body.status === 'failed' ? body : null;
      },
      { describe: 'the authorization gives up', timeoutMs: 40_000 },
    );
    const gaveUp = await afterFailures(connection, 6);
    expect(gaveUp.row).toMatchObject({ status: 'active', health: 'refresh_failing' });
    expect(gaveUp.untilSchedule).toBeGreaterThanOrEqual(32 - 0.001);

    const asked = await connection.refresh();
    expect(asked).not.toBe(authorization);
    const waiting = await eventually(
      async () => {
        const { body } = await stack.admin.get(`/v1/authorizations/${asked}`);
        return body.status === 'queued' && body.attempts > 0 ? body : null;
      },
      { describe: 'what a person asks for waits for the end of the pause' },
    );
    expect(Date.parse(waiting.nextAttemptAt)).toBeGreaterThanOrEqual(
      gaveUp.row.refresh_not_before?.getTime() ?? Infinity,
    );
    expect(await connection.log()).toHaveLength(6);
    await stack.database.superuser.query(
      `update "authorization" set status = 'failed', finished_at = now() where id = $1`,
      [asked],
    );

    await connection.alter('refresh_not_before = null, back_off_until = null, next_refresh_at = now()');
    const { untilSchedule, row } = await afterFailures(connection, 7);
    expect(untilSchedule).toBeGreaterThanOrEqual(64 - 0.001);
    expect((await connection.attemptRows()).at(-1)).toMatchObject({ reason: 'schedule' });
    expect(row.status).toBe('active');

    const [scheduled] = (await connection.attemptRows()).slice(-1);
    await connection.alter('refresh_failures = 20');
    await endPause(connection, scheduled?.authorization_id ?? '');
    const longest = await afterFailures(connection, 21);
    expect(longest.untilSchedule).toBeGreaterThanOrEqual(450 - 0.001);
    expect(longest.untilSchedule).toBeLessThanOrEqual(900);
    await expectLiveLease(connection);
  });
});
