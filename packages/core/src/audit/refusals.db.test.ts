import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openAuditDatabase, type AuditDatabase } from '../testing/audit-database.ts';
import { nobody, openRefusals, type Refusals } from './index.ts';
import type { Refusal } from './refusals.ts';

let database: AuditDatabase;
let workspaceId: string;
let refusals: Refusals;

beforeAll(async () => {
  database = await openAuditDatabase('refusals');
});

afterAll(() => database.drop());

beforeEach(async () => {
  workspaceId = await database.createWorkspace();
  refusals = openRefusals({ orm: database.orm, log: pino({ level: 'silent' }), most: 5 });
});

afterEach(() => refusals.close());

const refused = (changes: Partial<Refusal> = {}): Refusal => ({
  action: 'authentication.refuse',
  workspaceId,
  actor: nobody,
  requestId: 'req_1',
  clientAddress: '192.0.2.1',
  subject: 'service token',
  data: { code: 'unauthenticated' },
  ...changes,
});

async function entries() {
  const { rows } = await database.superuser.query(
    `select action, outcome, actor_id, subject, request_id, client_address, data - 'seconds' as data from audit_entry
     where workspace_id = $1 order by position`,
    [workspaceId],
  );
  return rows;
}

describe('refusals', () => {
  it('leave one entry with a count, however many there were', async () => {
    for (let index = 0; index < 5000; index += 1) refusals.count(refused({ requestId: `req_${index}` }));
    expect(await entries()).toEqual([]);
    await refusals.flush();
    expect(await entries()).toEqual([
      {
        action: 'authentication.refuse',
        outcome: 'refused',
        actor_id: 'nobody',
        subject: 'service token',
        request_id: 'req_0',
        client_address: '192.0.2.1',
        data: { code: 'unauthenticated', count: 5000 },
      },
    ]);
    await refusals.flush();
    expect(await entries()).toHaveLength(1);
  });

  it('are told apart by address, caller, subject, code and workspace', async () => {
    const other = await database.createWorkspace();
    for (const changes of [
      {},
      { clientAddress: '192.0.2.2' },
      { subject: 'admin token' },
      { data: { code: 'forbidden' } },
      { actor: { type: 'service_token', id: 'st_9', name: 'x' } },
      { workspaceId: other },
    ] as Partial<Refusal>[])
      refusals.count(refused(changes));
    await refusals.flush();
    expect(await entries()).toHaveLength(5);
  });

  it('from ever new addresses leave no more entries than the limit and one, and none is uncounted', async () => {
    for (let index = 0; index < 1000; index += 1)
      refusals.count(refused({ clientAddress: `2001:db8::${index.toString(16)}` }));
    refusals.count(refused({ action: 'lease.refuse' }));
    await refusals.flush();
    const rows = await entries();
    expect(rows).toHaveLength(7);
    expect(rows[5]).toMatchObject({ actor_id: 'others', client_address: null, data: { count: 995 } });
    expect(rows[6]).toMatchObject({ action: 'lease.refuse', data: { count: 1 } });
  });

  it('are kept while the audit takes nothing, and written once it does', async () => {
    await database.superuser
      .query(`create function refuse_insert() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$;
      create trigger test_refusal before insert on audit_entry for each row execute function refuse_insert()`);
    refusals.count(refused());
    await refusals.flush();
    refusals.count(refused());
    await refusals.flush();
    await database.superuser.query('drop trigger test_refusal on audit_entry');
    expect(await entries()).toEqual([]);
    await refusals.flush();
    expect(await entries()).toMatchObject([{ data: { count: 2 } }]);
  });

  it('are written when the process ends', async () => {
    refusals.count(refused());
    await refusals.close();
    expect(await entries()).toHaveLength(1);
  });

  it('are written by themselves after the interval', async () => {
    const quick = openRefusals({ orm: database.orm, log: pino({ level: 'silent' }), everySeconds: 0.05 });
    quick.count(refused());
    await expect.poll(entries).toHaveLength(1);
    await quick.close();
  });
});
