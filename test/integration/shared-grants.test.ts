import { peakConcurrency, type ProviderId } from '@latchkey/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { connect, finish } from '../support/flows.ts';
import { startLabStack } from '../support/lab-stack.ts';
import { forget, removeNow } from '../support/provider-checks.ts';
import { openConnection, tryClients, type Connection } from '../support/refreshes.ts';
import { transport, type Stack } from '../support/stack.ts';
import { inNewWorkspace } from '../support/workspaces.ts';

let stack: Stack;

const rotating = ['lab_rolling', 'lab_grace', 'lab_strict', 'notion'] as const;

beforeAll(async () => {
  stack = await startLabStack();
  await tryClients(stack, ['lab_none', ...rotating]);
});

afterAll(() => stack.close());

/** Two credentials that the provider gave one grant. */
async function openPair(provider: ProviderId, client?: Client) {
  const { control } = stack.sandbox;
  await forget(stack, provider);
  await control.updateSettings({ labSharesGrant: true, notionReusesPair: true });
  const first = await openConnection(stack, { provider });
  const second = await openConnection(stack, { provider, ...(client === undefined ? {} : { client }) });
  await control.updateSettings({ labSharesGrant: false, notionReusesPair: false });
  expect(await second.leased()).toBe(await first.leased());
  return { first, second };
}

/** Both hold one token, and the provider accepts it. */
async function expectOneLiveToken({ first, second }: { first: Connection; second: Connection }) {
  const token = await first.leased();
  expect(await second.leased()).toBe(token);
  expect((await first.grant())?.liveAccessTokens).toContain(token);
}

/** A worker that hangs has the refresh of a credential at work: what others do with the grant passes it by. */
async function holdUp({ id }: Connection) {
  const { superuser } = stack.database;
  const authorization = `auth_held_up_${id}`;
  await superuser.query(
    `insert into "authorization"
       (id, workspace_id, kind, status, provider, credential_id, token_version, reason, requested_by, key_salt, next_attempt_at)
     select $2, workspace_id, 'refresh_token', 'running', provider, id, token_version, 'user', 'test', key_salt, now() + interval '1 hour'
     from credential where id = $1`,
    [id, authorization],
  );
  return {
    /** The work goes on, and is done. */
    async goOn() {
      await superuser.query(
        `update "authorization" set next_attempt_at = now() - interval '1 minute' where id = $1`,
        [authorization],
      );
      expect(await finish(stack.admin, authorization, 30)).toMatchObject({ status: 'succeeded' });
    },
  };
}

const idle = async ({ id }: Connection) => {
  const { rows } = await stack.database.superuser.query(
    `select id from "authorization" where credential_id = $1 and status in ('queued', 'running')`,
    [id],
  );
  return rows.length === 0;
};

/** The first one is refreshed, and the second one follows. */
async function refreshTogether({ first, second }: { first: Connection; second: Connection }) {
  expect(await first.refreshed()).toMatchObject({ status: 'succeeded' });
  await eventually(async () => (await second.leased()) === (await first.leased()) && idle(second), {
    describe: 'the other credential has the new token',
  });
}

async function refreshBoth({ first, second }: { first: Connection; second: Connection }, client?: Client) {
  await first.spoil({ fault: 'delay', ms: 2000, times: 2 });
  const [one, other] = await Promise.all([first.refresh(), second.refresh()]);
  expect(await finish(stack.admin, one, 40)).toMatchObject({ status: 'succeeded' });
  expect(await finish(client ?? stack.admin, other, 40)).toMatchObject({ status: 'succeeded' });
  await stack.sandbox.control.clearFaults();
}

describe(`two credentials on one grant (${transport})`, () => {
  it.each(rotating)(
    '%s: refreshes of both are one call to the provider, and both have its token',
    async (provider) => {
      const pair = await openPair(provider);
      await refreshBoth(pair);
      expect(await pair.first.log()).toHaveLength(1);
      await expectOneLiveToken(pair);
      const facts = [...(await pair.first.facts('refreshed')), ...(await pair.second.facts('refreshed'))];
      expect(facts).toHaveLength(2);
      expect(facts).toContainEqual(expect.objectContaining({ outcome: 'succeeded', source: 'answer' }));
      expect(facts).toContainEqual(expect.objectContaining({ outcome: 'adopted', source: 'journal' }));
      expect([...(await pair.first.attempts()), ...(await pair.second.attempts())]).toEqual(['succeeded']);
    },
  );

  it.each(rotating)('%s: the same across two workspaces', async (provider) => {
    const { client } = await inNewWorkspace(stack);
    const pair = await openPair(provider, client);
    await refreshBoth(pair, client);
    expect(await pair.first.log()).toHaveLength(1);
    await expectOneLiveToken(pair);
    expect(await pair.second.refreshed()).toMatchObject({ status: 'succeeded' });
    await eventually(() => idle(pair.first), { describe: 'the other workspace has followed' });
    const [one, two] = await pair.first.log();
    expect(two?.presented?.fingerprint).toBe(one?.issued?.refreshToken);
    await expectOneLiveToken(pair);
    await client.delete(`/v1/credentials/${pair.second.id}?force=true`);
  });

  it('a refresh token that stays is presented by each, one at a time', async () => {
    const pair = await openPair('lab_none');
    await refreshBoth(pair);
    const entries = await pair.first.log();
    expect(entries.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
    expect(peakConcurrency(entries)).toBe(1);
    for (const connection of [pair.first, pair.second])
      expect((await pair.first.grant())?.liveAccessTokens).toContain(await connection.leased());
  });

  it.each(rotating)('%s: one that missed three refreshes of the other catches up', async (provider) => {
    const pair = await openPair(provider);
    const held = await holdUp(pair.second);
    for (let round = 0; round < 3; round += 1)
      expect(await pair.first.refreshed()).toMatchObject({ status: 'succeeded' });
    expect((await pair.second.row()).token_version).toBe(1);
    await held.goOn();
    await eventually(async () => (await pair.second.leased()) === (await pair.first.leased()), {
      describe: 'it has the newest token',
      timeoutMs: 20_000,
    });
    expect(await pair.first.log()).toHaveLength(3);
    await expectOneLiveToken(pair);
    expect(await pair.second.refreshed()).toMatchObject({ status: 'succeeded' });
    expect((await pair.first.log()).map(({ outcome }) => outcome)).toEqual(Array(4).fill('succeeded'));
  });
});

describe(`the end of one of them (${transport})`, () => {
  it.each(rotating)('%s: a deletion leaves the grant to the other', async (provider) => {
    const pair = await openPair(provider);
    await refreshTogether(pair);
    expect(await removeNow(stack, pair.first.id)).toMatchObject({ status: 'succeeded' });
    expect(await pair.first.log('revoke')).toEqual([]);
    expect((await pair.first.grant())?.liveAccessTokens).toContain(await pair.second.leased());
    expect(await pair.second.refreshed()).toMatchObject({ status: 'succeeded' });
    await removeNow(stack, pair.second.id);
    expect((await pair.first.grant())?.revokedAt).toEqual(expect.any(String));
    expect(await pair.first.journal()).toBe(0);
  });

  it.each(rotating)('%s: what the other has yet to take over outlives the deleted one', async (provider) => {
    const pair = await openPair(provider);
    const held = await holdUp(pair.second);
    expect(await pair.first.refreshed()).toMatchObject({ status: 'succeeded' });
    const newest = await pair.first.leased();
    expect(await removeNow(stack, pair.first.id)).toMatchObject({ status: 'succeeded' });
    await held.goOn();
    expect(await pair.second.leased()).toBe(newest);
    expect((await pair.first.grant())?.liveAccessTokens).toContain(newest);
    expect(await pair.first.log()).toHaveLength(1);
    await removeNow(stack, pair.second.id);
    expect(await pair.first.journal()).toBe(0);
  });

  it('one that is connected anew is on its own', async () => {
    const pair = await openPair('lab_strict');
    await refreshTogether(pair);
    await connect(stack, { provider: 'lab_strict', credentialId: pair.second.id });
    const own = await pair.second.leased();
    const version = (await pair.second.row()).token_version;
    expect(await pair.first.refreshed()).toMatchObject({ status: 'succeeded' });
    expect(await idle(pair.second)).toBe(true);
    await removeNow(stack, pair.first.id);
    expect((await pair.first.grant())?.revokedAt).toEqual(expect.any(String));
    expect(await pair.second.leased()).toBe(own);
    expect((await pair.second.row()).token_version).toBe(version);
    const grants = await stack.sandbox.control.grants({ provider: 'lab_strict' });
    expect(grants.flatMap(({ liveAccessTokens }) => liveAccessTokens)).toContain(own);
    expect(await pair.second.refreshed()).toMatchObject({ status: 'succeeded' });
  });
});
