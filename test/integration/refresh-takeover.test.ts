import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { finish } from '../support/flows.ts';
import { labProviders, type LabProvider } from '../support/lab-providers.ts';
import { startLabStack } from '../support/lab-stack.ts';
import { expectLiveLease, expectRecovered } from '../support/refresh-checks.ts';
import { openConnection, tryClients, type Connection, type Effect } from '../support/refreshes.ts';
import { transport, type Stack } from '../support/stack.ts';

let stack: Stack;

/** Of the access tokens of the strict providers; the last quarter of it is late. */
const lifeSeconds = 32;
const lateSeconds = lifeSeconds / 4;

beforeAll(async () => {
  stack = await startLabStack();
  await tryClients(stack, labProviders);
  await stack.sandbox.control.updateSettings({ accessTokenTtlSeconds: { lab_strict: lifeSeconds } });
});

afterAll(() => stack.close());

type Loss = readonly [name: string, effect: Effect, providerStatus: number | null];

/** What the provider did, did not reach us. */
const committed: Loss[] = [
  ['an answer lost after the commit', { fault: 'reset_after_commit' }, null],
  ['a 503 that hides a commit', { fault: 'server_error', committed: true }, 503],
  ['half an answer', { fault: 'truncated_body' }, null],
  ['a page that hides a commit', { fault: 'html', committed: true }, 200],
];

const uncommitted: Loss[] = [
  ['a connection that is reset before the commit', { fault: 'reset_before_commit' }, null],
  ['a 503', { fault: 'server_error' }, 503],
  ['a page', { fault: 'html' }, 200],
];

/** Presentations of the refresh token that was connected: those of its successors are another matter. */
async function presentations(connection: Connection) {
  const entries = await connection.log();
  return entries.filter(({ presented }) => presented?.fingerprint === entries[0]?.presented?.fingerprint);
}

/** A first presentation whose end nobody knows. @returns the authorization, which is still at work */
async function lose(connection: Connection, [, effect, providerStatus]: Loss): Promise<string> {
  await connection.spoil(effect);
  const authorization = await connection.refresh();
  await eventually(async () => (await connection.attempts())[0] === 'unknown', {
    describe: 'the end of the first presentation is unknown',
    timeoutMs: 30_000,
  });
  expect((await connection.attemptRows())[0]).toMatchObject({
    takeover: false,
    provider_status: providerStatus,
  });
  expect((await connection.facts('refresh_failed'))[0]).toMatchObject({
    outcome: 'unknown',
    takeover: false,
    source: null,
    providerStatus,
  });
  return authorization;
}

/** The token is used as long as it lives, and nobody presents the refresh token. */
async function expectDeferred(connection: Connection, authorization: string, code: string): Promise<void> {
  const row = await connection.row();
  expect(row).toMatchObject({
    status: 'active',
    health: 'refresh_failing',
    token_version: 1,
    last_error_code: code,
    refresh_not_before: expect.any(Date),
  });
  const late = (row.expires_at?.getTime() ?? 0) - lateSeconds * 1000;
  expect(Math.abs((row.refresh_not_before?.getTime() ?? 0) - late)).toBeLessThan(1000);
  expect((await stack.admin.get(`/v1/authorizations/${authorization}`)).body).toMatchObject({
    status: 'queued',
    error: { code, retryable: true },
  });
  await expectLiveLease(connection);
}

const unsafe = 'lab_strict';
const safe = labProviders.filter((provider) => provider !== unsafe);
const casesOf = (providers: readonly LabProvider[], losses: readonly Loss[]) =>
  losses.flatMap((loss) => providers.map((provider) => [provider, loss[0], loss] as const));

describe.concurrent(`a token that may be presented again (${transport})`, () => {
  it.each(casesOf(safe, [...committed, ...uncommitted]))(
    '%s: %s costs nothing',
    async (provider, _name, loss) => {
      const connection = await openConnection(stack, { provider });
      const authorization = await lose(connection, loss);
      expect(await finish(stack.admin, authorization, 40)).toMatchObject({
        status: 'succeeded',
        error: null,
      });
      await expectRecovered(connection);
      expect(await presentations(connection)).toHaveLength(2);
      expect(await connection.row()).toMatchObject({
        status: 'active',
        health: 'ok',
        refresh_not_before: null,
      });
      expect(await connection.refreshed()).toMatchObject({ status: 'succeeded' });
      expect((await connection.grant())?.revokedAt).toBeNull();
    },
  );
});

describe.concurrent(`strict rotation, and nothing was committed (${transport})`, () => {
  it.each(uncommitted)(
    '%s: the token at hand is leased until late, and the refresh then works',
    async (...loss) => {
      const connection = await openConnection(stack, { provider: unsafe });
      const token = await connection.leased();
      const authorization = await lose(connection, loss);
      const { expires_at: end, last_error_code: code } = await connection.row();
      await expectDeferred(connection, authorization, code ?? '');
      const leasedBefore = new Set<string>();
      await eventually(
        async () => {
          const leased = await connection.leased();
          const isPresentedAgain = (await presentations(connection)).length === 2;
          if (!isPresentedAgain) leasedBefore.add(leased);
          return isPresentedAgain;
        },
        { describe: 'the refresh token is presented again', timeoutMs: 40_000 },
      );
      expect([...leasedBefore]).toEqual([token]);
      expect(await finish(stack.admin, authorization, 40)).toMatchObject({
        status: 'succeeded',
        error: null,
      });
      await expectRecovered(connection);
      const presented = await presentations(connection);
      expect(presented).toHaveLength(2);
      expect(Date.parse(presented[1]?.arrivedAt ?? '')).toBeGreaterThanOrEqual(
        (end?.getTime() ?? Infinity) - lateSeconds * 1000 - 50,
      );
    },
  );
});

describe.concurrent(`strict rotation, and the answer is lost (${transport})`, () => {
  it.each(committed)(
    '%s: the token at hand is leased until late, then the account must be connected again',
    async (...loss) => {
      const connection = await openConnection(stack, { provider: unsafe });
      const authorization = await lose(connection, loss);
      const { expires_at: end, last_error_code: code } = await connection.row();
      await expectDeferred(connection, authorization, code ?? '');
      expect(await finish(stack.admin, authorization, 60)).toMatchObject({
        status: 'failed',
        error: { code: 'refresh_outcome_unknown', retryable: false, actor: 'user' },
      });
      expect(await connection.attemptRows()).toMatchObject([
        { state: 'unknown', takeover: false },
        { state: 'rejected', takeover: true, provider_status: 400 },
      ]);
      expect(await connection.facts('reauthorization_required')).toMatchObject([
        { outcome: 'rejected', takeover: true, source: null, providerStatus: 400 },
      ]);
      expect(await connection.row()).toMatchObject({
        status: 'reauthorization_required',
        last_error_code: 'refresh_outcome_unknown',
        next_refresh_at: null,
      });
      expect((await stack.admin.post(`/v1/credentials/${connection.id}/refresh`)).status).toBe(409);
      const presented = await connection.log();
      expect(presented).toHaveLength(2);
      expect(Date.parse(presented[1]?.arrivedAt ?? '')).toBeGreaterThanOrEqual(
        (end?.getTime() ?? Infinity) - lateSeconds * 1000 - 50,
      );
    },
  );
});
