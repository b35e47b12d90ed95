import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../support/deliveries.ts';
import { eventually } from '../support/eventually.ts';
import { addKey, connect, finish, providerLog } from '../support/flows.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';
import type { Answer } from '../support/client.ts';

let stack: Stack;
let credentialId: string;
let oauthId: string;
const key = 'sbx_valid_key_of_this_test';

beforeAll(async () => {
  stack = await startStack();
  credentialId = (await addKey(stack, 'sandbox', { apiKey: key })).credential.id;
  oauthId = (await connect(stack, { provider: 'sandbox' })).credential.id;
  await run(
    `create function refuse_insert() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$`,
  );
});

afterEach(() =>
  run('drop trigger if exists test_refusal on event; drop trigger if exists test_refusal on audit_entry'),
);
afterAll(() => stack.close());

const run = (text: string) => stack.database.superuser.query(text);

const failures = {
  'the audit cannot be written': `create trigger test_refusal before insert on audit_entry for each row execute function refuse_insert()`,
  'an event cannot be written': `create trigger test_refusal before insert on event for each row execute function refuse_insert()`,
  'the commit fails after everything was written': `create constraint trigger test_refusal after insert on audit_entry
    deferrable initially deferred for each row execute function refuse_insert()`,
};

/** Each leaves an audit entry; those with an event leave that too. */
const changes: Record<string, { event: boolean; ask: () => Promise<Answer> }> = {
  'a new credential': {
    event: true,
    ask: () => stack.admin.post('/v1/credentials', { provider: 'sandbox', fields: { apiKey: key } }),
  },
  'a rename': {
    event: true,
    ask: () => stack.admin.patch(`/v1/credentials/${credentialId}`, { name: 'renamed' }),
  },
  'a new key': {
    event: true,
    ask: () =>
      stack.admin.patch(`/v1/credentials/${credentialId}`, { fields: { apiKey: 'sbx_valid_other' } }),
  },
  'a check': { event: true, ask: () => stack.admin.post(`/v1/credentials/${credentialId}/validate`) },
  'a refresh': { event: true, ask: () => stack.admin.post(`/v1/credentials/${oauthId}/refresh`) },
  'a deletion': { event: true, ask: () => stack.admin.delete(`/v1/credentials/${credentialId}?force=true`) },
  'a new authorization': {
    event: true,
    ask: () => stack.admin.post('/v1/authorizations', { provider: 'sandbox' }),
  },
  'an OAuth client': {
    event: true,
    ask: () => stack.admin.put('/v1/providers/sandbox/oauth-client', { clientId: 'own', clientSecret: key }),
  },
  'a service token': {
    event: false,
    ask: () => stack.admin.post('/v1/service-tokens', { name: 'new', role: 'admin' }),
  },
  'a workspace': { event: false, ask: () => stack.admin.post('/v1/workspaces', { name: 'New' }) },
  'an answer kept for its Idempotency-Key': {
    event: true,
    ask: () =>
      stack.admin.post(
        '/v1/credentials',
        { provider: 'sandbox', fields: { apiKey: key } },
        { headers: { 'idempotency-key': 'once' } },
      ),
  },
};

const ofAudit = { status: 503, body: { code: 'audit_unavailable' } };
const ofAnything = { status: 500, body: { code: 'internal_error' } };

async function counts(): Promise<string> {
  const { rows } = await run(
    'select (select count(*) from workspace) as workspaces, (select count(*) from idempotency_key) as answers',
  );
  return `${await everything(stack)}\n${JSON.stringify([rows, await stack.api.transport.queues.counts()])}`;
}

describe(`F48: state, event and audit are there together or not at all (${transport})`, () => {
  it.each(Object.entries(failures))(
    'when %s, nothing remains of any change and the caller is told',
    async (name, trigger) => {
      await Promise.all([stack.api.relay.idle(), stack.worker.relay.idle()]);
      const before = await counts();
      await run(trigger);
      for (const [change, { event, ask }] of Object.entries(changes)) {
        if (name.startsWith('an event') && !event) continue;
        const answer = await ask();
        const told = name.startsWith('the audit') ? ofAudit : ofAnything;
        expect(answer, change).toMatchObject(told);
        expect(answer.headers.get('content-type')).toContain('application/problem+json');
        expect(answer.text).not.toContain(key);
        expect(answer.text).not.toContain('disk full');
      }
      expect(await counts()).toBe(before);
    },
  );

  it('E40: no secret leaves a lease whose audit cannot be written, and none is recorded', async () => {
    const leases = async () => (await run('select count(*)::int as n from lease')).rows[0].n;
    const before = await leases();
    for (const trigger of [
      failures['the audit cannot be written'],
      failures['the commit fails after everything was written'],
    ]) {
      await run(trigger);
      for (const id of [credentialId, oauthId]) {
        const answers = await Promise.all(
          [1, 2, 3].map(() => stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId: id })),
        );
        for (const answer of answers) {
          const atOnce = trigger === failures['the audit cannot be written'];
          expect(answer).toMatchObject(atOnce ? ofAudit : ofAnything);
          expect(Object.keys(answer.body).toSorted()).toEqual([
            'code',
            'detail',
            'requestId',
            'status',
            'title',
            'type',
          ]);
        }
      }
      await run('drop trigger test_refusal on audit_entry');
    }
    expect(await leases()).toBe(before);
    const answer = await stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId });
    expect(answer).toMatchObject({ status: 200, body: { fields: { apiKey: key } } });
    const audit = await run(
      `select count(*)::int as n from audit_entry where data->>'leaseId' = '${answer.body.leaseId}'`,
    );
    expect(audit.rows).toEqual([{ n: 1 }]);
  });

  it('what a worker cannot commit is not half there, and is done when it can', async () => {
    await stack.sandbox.control.clearLog();
    await stack.sandbox.control.addFault({
      provider: 'sandbox',
      endpoint: 'token.refresh',
      fault: 'delay',
      ms: 3000,
    });
    const { body } = await stack.admin.post(`/v1/credentials/${oauthId}/refresh`);
    await run(failures['the audit cannot be written']);
    await eventually(
      async () => (await providerLog(stack, 'sandbox', 'token.refresh')).some(({ delivered }) => delivered),
      {
        describe: 'the provider answered',
      },
    );
    const facts = async () =>
      (
        await run(`select (select token_version from credential where id = '${oauthId}') as version,
          (select count(*)::int from event where subject = '${oauthId}' and type = 'latchkey.credential.refreshed') as events,
          (select count(*)::int from audit_entry where subject = '${oauthId}' and action = 'token.refresh') as entries,
          (select count(*)::int from token_journal where credential_id = '${oauthId}') as journal`)
      ).rows[0];
    expect(await facts()).toEqual({ version: 1, events: 0, entries: 0, journal: 0 });
    await run('drop trigger test_refusal on audit_entry');
    expect(await finish(stack.admin, body.authorization.id, 30)).toMatchObject({ status: 'succeeded' });
    expect(await facts()).toEqual({ version: 2, events: 1, entries: 1, journal: 1 });
    expect(await providerLog(stack, 'sandbox', 'token.refresh')).toHaveLength(1);
  });
});
