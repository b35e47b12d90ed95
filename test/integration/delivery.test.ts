import { fingerprint, peakConcurrency, type FaultInput } from '@latchkey/sandbox';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliver, expectNothingMore, queueAgain } from '../support/deliveries.ts';
import { eventually } from '../support/eventually.ts';
import { connect, finish, goThroughConsent, providerLog } from '../support/flows.ts';
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

const query = async (text: string, values: unknown[]) =>
  (await stack.database.superuser.query(text, values)).rows;

/** How often each event and each audit entry is there for what was done. */
async function facts(...subjects: string[]): Promise<Record<string, number>> {
  const rows = await query(
    `select what, count(*)::int as n from (
       select type as what from event where subject = any($1) and type not in ('latchkey.authorization.running', 'latchkey.authorization.queued')
       union all select action from audit_entry where subject = any($1)
     ) as facts group by what`,
    [subjects],
  );
  return Object.fromEntries(rows.map(({ what, n }) => [what, n]));
}

/** The worker's own run of a job is under way at the provider. */
const underWay = (endpoint: string) =>
  eventually(async () => (await providerLog(stack, 'sandbox', endpoint)).length === 1, {
    describe: `a call to ${endpoint}`,
  });

const slow = (endpoint: FaultInput['endpoint']) =>
  stack.sandbox.control.addFault({ provider: 'sandbox', endpoint, fault: 'delay', ms: 1500, phase: 'after' });

async function addKey() {
  const { body } = await stack.admin.post('/v1/credentials', {
    provider: 'sandbox',
    fields: { apiKey: 'sbx_valid_one' },
  });
  return { id: body.credential.id as string, authorization: body.authorization.id as string };
}

describe(`F49: a job that is delivered again (${transport})`, () => {
  it('validate-key changes nothing', async () => {
    const { id, authorization } = await addKey();
    await finish(stack.admin, authorization);
    await expectNothingMore(stack, ['validate-key', authorization]);
    expect(await facts(id, authorization)).toEqual({
      'latchkey.authorization.succeeded': 1,
      'latchkey.credential.activated': 1,
      'latchkey.credential.created': 1,
      'credential.create': 1,
      'key.validate': 1,
    });
  });

  it('exchange-code presents no code a second time', async () => {
    const { authorization, credential } = await connect(stack, { provider: 'sandbox' });
    expect(await providerLog(stack, 'sandbox', 'token.code')).toHaveLength(1);
    await expectNothingMore(stack, ['exchange-code', authorization.id]);
    expect(await facts(credential.id, authorization.id)).toMatchObject({
      'latchkey.authorization.succeeded': 1,
      'latchkey.credential.created': 1,
      'latchkey.credential.activated': 1,
      'token.exchange': 1,
    });
  });

  it('refresh-token presents no token a second time', async () => {
    const { credential } = await connect(stack, { provider: 'sandbox' });
    const refresh = await stack.admin.post(`/v1/credentials/${credential.id}/refresh`);
    const { id } = await finish(stack.admin, refresh.body.authorization.id);
    expect(await providerLog(stack, 'sandbox', 'token.refresh')).toHaveLength(1);
    await expectNothingMore(stack, ['refresh-token', id]);
    expect(await facts(credential.id, id)).toMatchObject({
      'latchkey.authorization.succeeded': 1,
      'latchkey.credential.refreshed': 1,
      'token.refresh': 1,
    });
  });

  it('revoke revokes nothing a second time', async () => {
    const { credential } = await connect(stack, { provider: 'sandbox' });
    const removal = await stack.admin.delete(`/v1/credentials/${credential.id}?force=true`);
    const { id } = await finish(stack.admin, removal.body.authorization.id);
    await expectNothingMore(stack, ['revoke', id]);
    expect(await facts(credential.id, id)).toMatchObject({
      'latchkey.authorization.succeeded': 1,
      'latchkey.credential.revoked': 1,
      'latchkey.credential.deleted': 1,
      'credential.erased': 1,
      'token.revoke': 1,
    });
  });
});

describe(`F49: a job that is delivered again while it runs (${transport})`, () => {
  it('validate-key ends once', async () => {
    await slow('key_check');
    const { id, authorization } = await addKey();
    await underWay('key_check');
    await Promise.all([
      deliver(stack, 'validate-key', authorization),
      queueAgain(stack, 'validate-key', authorization),
    ]);
    expect(await finish(stack.admin, authorization)).toMatchObject({ status: 'succeeded' });
    await eventually(
      async () =>
        (await providerLog(stack, 'sandbox', 'key_check')).every(({ endedTick }) => endedTick !== null),
      {
        describe: 'every check is over',
      },
    );
    await expectNothingMore(stack, ['validate-key', authorization]);
    expect(await facts(id, authorization)).toMatchObject({
      'latchkey.authorization.succeeded': 1,
      'latchkey.credential.activated': 1,
      'key.validate': 1,
    });
  });

  it('exchange-code presents its code once, and ends as that ends', async () => {
    await slow('token.code');
    const { authorizationId } = await goThroughConsent(stack, { provider: 'sandbox' });
    await underWay('token.code');
    await Promise.all([
      deliver(stack, 'exchange-code', authorizationId),
      queueAgain(stack, 'exchange-code', authorizationId),
    ]);
    expect(await finish(stack.admin, authorizationId)).toMatchObject({ status: 'succeeded' });
    expect(await providerLog(stack, 'sandbox', 'token.code')).toHaveLength(1);
  });

  it('refresh-token presents each version of a token once, one at a time', async () => {
    const { credential } = await connect(stack, { provider: 'sandbox' });
    await slow('token.refresh');
    const { body } = await stack.admin.post(`/v1/credentials/${credential.id}/refresh`);
    await underWay('token.refresh');
    const { id } = body.authorization;
    await Promise.all([
      deliver(stack, 'refresh-token', id),
      deliver(stack, 'refresh-token', id),
      queueAgain(stack, 'refresh-token', id),
    ]);
    expect(await finish(stack.admin, id, 40)).toMatchObject({ status: 'succeeded' });
    const refreshes = await providerLog(stack, 'sandbox', 'token.refresh');
    expect(refreshes).toHaveLength(1);
    expect(peakConcurrency(refreshes)).toBe(1);
    const lease = await stack.admin.post('/v1/leases', {
      provider: 'sandbox',
      credentialId: credential.id,
      minTtlSeconds: 0,
    });
    expect(fingerprint(lease.body.accessToken)).toBe(refreshes[0]?.issued?.accessToken);
    expect(await facts(credential.id, id)).toMatchObject({
      'latchkey.credential.refreshed': 1,
      'token.refresh': 1,
    });
    await expectNothingMore(stack, ['refresh-token', id]);
  });

  it('revoke deletes once', async () => {
    const { credential } = await connect(stack, { provider: 'sandbox' });
    await slow('revoke');
    const { body } = await stack.admin.delete(`/v1/credentials/${credential.id}?force=true`);
    await underWay('revoke');
    const { id } = body.authorization;
    await Promise.all([deliver(stack, 'revoke', id), queueAgain(stack, 'revoke', id)]);
    expect(await finish(stack.admin, id)).toMatchObject({ status: 'succeeded' });
    await expectNothingMore(stack, ['revoke', id]);
    expect(await facts(credential.id, id)).toMatchObject({
      'latchkey.authorization.succeeded': 1,
      'latchkey.credential.deleted': 1,
      'latchkey.credential.revoked': 1,
      'credential.erased': 1,
    });
  });
});
