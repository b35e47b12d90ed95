import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recordLeases } from '../leases/record-leases.ts';
import { acrossWorkspaces, db } from '../db/index.ts';
import { auditRecords, openAuditDatabase, type AuditDatabase } from '../testing/audit-database.ts';
import { AuditUnavailable, recordAudits } from './index.ts';

let database: AuditDatabase;
let workspaceId: string;

beforeAll(async () => {
  database = await openAuditDatabase('record');
});

afterAll(() => database.drop());

beforeEach(async () => {
  workspaceId = await database.createWorkspace();
});

const run = (text: string) => database.superuser.query(text);

describe('an entry is durable before anybody is told', () => {
  const name = () => new URL(database.url).pathname.slice(1);
  afterEach(() => run(`alter database ${name()} reset synchronous_commit`));

  /** How PostgreSQL would commit the transaction at its end. */
  const setting = async (em: EntityManager) =>
    (await sql<{ it: string }>`select current_setting('synchronous_commit') as it`.execute(db(em))).rows[0]
      ?.it;

  it.each(['off', 'local', 'on'])(
    'also where the database is set to synchronous_commit = %s',
    async (value) => {
      await run(`alter database ${name()} set synchronous_commit = '${value}'`);
      const orm = await database.openAnother();
      await acrossWorkspaces(orm.em).transactional(async (em) => {
        expect(await setting(em)).toBe(value);
        await recordAudits(em, auditRecords(workspaceId, 1));
        expect(await setting(em)).toBe(value === 'off' ? 'on' : value);
      });
      expect(await setting(acrossWorkspaces(orm.em))).toBe(value);
    },
  );

  it('leases of a batch go in one transaction, which commits durably', async () => {
    await run(`alter database ${name()} set synchronous_commit = 'off'`);
    const orm = await database.openAnother();
    await run(`create table commits (setting text, transaction bigint);
      create function note_commit() returns trigger language plpgsql as $$
      begin
        insert into commits values (current_setting('synchronous_commit'), txid_current());
        return null;
      end $$;
      create constraint trigger note_commit after insert on lease deferrable initially deferred
        for each row execute function note_commit()`);
    const leases = auditRecords(workspaceId, 20).map((audit, index) => ({
      id: `lease_${index}`,
      workspaceId,
      credentialId: audit.subject,
      tokenVersion: 1,
      runId: null,
      nodeId: null,
      audit,
    }));
    await recordLeases(acrossWorkspaces(orm.em), leases);
    const { rows } = await run(
      'select setting, count(*)::int as n, count(distinct transaction)::int as transactions from commits group by 1',
    );
    expect(rows).toEqual([{ setting: 'on', n: 20, transactions: 1 }]);
  });
});

describe('an audit that takes nothing', () => {
  it('says so, with the reason for the log', async () => {
    await run(`create function refuse_insert() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$;
      create trigger test_refusal before insert on audit_entry for each row execute function refuse_insert()`);
    try {
      const refusal = await recordAudits(database.fork(), auditRecords(workspaceId, 1)).catch(
        (error: unknown) => error,
      );
      expect(refusal).toBeInstanceOf(AuditUnavailable);
      expect(String((refusal as Error).cause)).toContain('disk full');
    } finally {
      await run('drop trigger test_refusal on audit_entry');
    }
    await recordAudits(database.fork(), auditRecords(workspaceId, 1));
  });
});
