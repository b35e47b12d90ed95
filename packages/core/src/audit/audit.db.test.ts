import { acrossWorkspaces } from '../db/index.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../secret.ts';
import {
  auditActor as actor,
  auditRecords,
  openAuditDatabase,
  type AuditDatabase,
} from '../testing/audit-database.ts';
import { listAudit, recordAudit, recordAudits, sealAuditEntries, verifyAudit } from './index.ts';

const everything = { after: null, subject: null, actor: null, limit: 1000 };

let database: AuditDatabase;
let workspaceId: string;

beforeAll(async () => {
  database = await openAuditDatabase('audit');
});

afterAll(() => database.drop());

beforeEach(async () => {
  workspaceId = await database.createWorkspace();
});

const fork = () => database.fork();
const createWorkspace = () => database.createWorkspace();
const sealAll = () => database.sealAll();
const entries = (count: number, workspace = workspaceId) => auditRecords(workspace, count);
const sealed = (count: number) => database.sealed(workspaceId, count);

const contextOf = (em = fork()) => ({
  em,
  workspaceId,
  actor,
  requestId: 'req_1',
  clientAddress: '192.0.2.1',
});

/** What is wrong with the chain. */
async function problemOf(id = workspaceId) {
  return (await verifyAudit({ em: fork(), workspaceId: id }, { noted: null })).problem;
}

describe('recording', () => {
  it('keeps who did what to what, from where, in the transaction of the caller', async () => {
    await fork().transactional(async (em) => {
      await recordAudit(contextOf(em), {
        action: 'credential.create',
        subject: 'cred_1',
        data: { provider: 'acme' },
      });
      await recordAudit(contextOf(em), {
        action: 'permission.refuse',
        subject: 'cred_2',
        outcome: 'refused',
      });
    });
    await sealAll();
    const { items } = await listAudit(contextOf(), everything);
    expect(items).toMatchObject([
      {
        sequence: '00000000000000000001',
        actor: { type: 'service_token', id: 'st_1', name: 'pipeline' },
        action: 'credential.create',
        subject: 'cred_1',
        outcome: 'success',
        requestId: 'req_1',
        clientAddress: '192.0.2.1',
        data: { provider: 'acme' },
        at: expect.any(Date),
      },
      {
        sequence: '00000000000000000002',
        action: 'permission.refuse',
        subject: 'cred_2',
        outcome: 'refused',
        data: {},
      },
    ]);
  });

  it('leaves nothing of a transaction that is rolled back', async () => {
    const work = fork().transactional(async (em) => {
      await recordAudit(contextOf(em), { action: 'credential.create', subject: 'cred_1' });
      throw new Error('rolled back');
    });
    await expect(work).rejects.toThrow('rolled back');
    await sealAll();
    expect((await listAudit(contextOf(), everything)).items).toEqual([]);
  });

  it('writes many entries of several workspaces in their order, and none at all', async () => {
    const other = await createWorkspace();
    await recordAudits(fork(), []);
    await recordAudits(
      fork(),
      entries(3).flatMap((entry) => [entry, { ...entry, workspaceId: other }]),
    );
    await sealAll();
    for (const id of [workspaceId, other]) {
      const { items } = await listAudit({ em: fork(), workspaceId: id, actor }, everything);
      expect(items.map(({ subject }) => subject)).toEqual(['cred_0', 'cred_1', 'cred_2']);
    }
  });

  it('neutralises text wherever it comes from, cuts it, and shows no secret', async () => {
    const nasty = `x\r\n2026-01-01 forged entry\u0000\u001b[2J`;
    await recordAudit(
      { ...contextOf(), actor: { ...actor, name: nasty }, requestId: nasty, clientAddress: nasty },
      {
        action: 'authorization.callback_refused',
        subject: nasty,
        data: {
          text: nasty,
          list: [{ deep: nasty }],
          long: 'y'.repeat(5000),
          secret: new Secret('canary-1'),
          half: '\ud800',
        },
      },
    );
    await sealAll();
    const [entry] = (await listAudit(contextOf(), everything)).items;
    const clean = 'x2026-01-01 forged entry[2J';
    expect(entry).toMatchObject({
      subject: clean,
      requestId: clean,
      clientAddress: clean,
      actor: { name: clean },
    });
    expect(entry?.data).toEqual({
      text: clean,
      list: [{ deep: clean }],
      long: 'y'.repeat(300),
      secret: '[secret]',
      half: '',
    });
    expect(await problemOf()).toBeNull();
  });
});

describe('the table', () => {
  const refused = /is append-only/;

  it.each([
    'id',
    'workspace_id',
    'position',
    'at',
    'actor_type',
    'actor_id',
    'actor_name',
    'action',
    'subject',
    'outcome',
    'request_id',
    'client_address',
    'data',
  ])('refuses to change %s, sealed or not', async (column) => {
    await recordAudits(fork(), entries(1));
    // An identity column takes no other value than a new one.
    const change = `update audit_entry set ${column} = ${column === 'position' ? 'default' : column} where workspace_id = $1`;
    await expect(database.superuser.query(change, [workspaceId])).rejects.toThrow(refused);
    await sealAll();
    await expect(database.superuser.query(change, [workspaceId])).rejects.toThrow(refused);
  });

  it.each(['sequence', 'previous_hash', 'hash'])('refuses to change %s once sealed', async (column) => {
    await sealed(1);
    const change = database.superuser.query(
      `update audit_entry set ${column} = null where workspace_id = $1`,
      [workspaceId],
    );
    await expect(change).rejects.toThrow(refused);
  });

  it('refuses to delete, sealed or not', async () => {
    await recordAudits(fork(), entries(1));
    const remove = 'delete from audit_entry where workspace_id = $1';
    await expect(database.superuser.query(remove, [workspaceId])).rejects.toThrow(refused);
    await sealAll();
    await expect(database.superuser.query(remove, [workspaceId])).rejects.toThrow(refused);
  });
});

describe('sealing', () => {
  it('numbers from 1 without gaps and chains each entry to the one before', async () => {
    await sealed(5);
    await sealed(5);
    const { items } = await listAudit(contextOf(), everything);
    expect(items.map(({ sequence }) => Number(sequence))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(items[0]?.previousHash).toBe('0'.repeat(64));
    expect(items.slice(1).map(({ previousHash }) => previousHash)).toEqual(
      items.slice(0, -1).map(({ hash }) => hash),
    );
    expect(new Set(items.map(({ hash }) => hash)).size).toBe(10);
    expect(await problemOf()).toBeNull();
  });

  it('takes no more than its limit and says how many it took', async () => {
    await sealAll();
    await recordAudits(fork(), entries(5));
    expect(await sealAuditEntries(fork(), 3)).toBe(3);
    expect(await problemOf()).toBeNull();
    expect(await sealAuditEntries(fork(), 3)).toBe(2);
    expect(await sealAuditEntries(fork(), 3)).toBe(0);
  });

  it('is right when several processes seal while others write', async () => {
    const workspaces = [workspaceId, await createWorkspace(), await createWorkspace()];
    const orms = await Promise.all(Array.from({ length: 3 }, () => database.openAnother()));
    const writing = new AbortController();
    const sealers = orms.map(async (orm) => {
      while (!writing.signal.aborted) await sealAuditEntries(acrossWorkspaces(orm.em), 7);
    });
    const writers = workspaces.map(async (id) => {
      for (let round = 0; round < 40; round += 1) await recordAudits(fork(), entries(3, id));
    });
    await Promise.all(writers);
    writing.abort();
    await Promise.all(sealers);
    await sealAll();
    for (const id of workspaces) {
      const { items } = await listAudit({ em: fork(), workspaceId: id, actor }, everything);
      expect(items.map(({ sequence }) => Number(sequence))).toEqual(
        Array.from({ length: 120 }, (_, index) => index + 1),
      );
      expect(await problemOf(id)).toBeNull();
    }
  });

  it('makes no writer of the workspace wait', async () => {
    await recordAudits(fork(), entries(1));
    await fork().transactional(async (em) => {
      await sealAuditEntries(em, 1000);
      await fork().transactional(async (writer) => {
        await writer.execute(`set local lock_timeout = '1s'`);
        await recordAudits(writer, entries(1));
      });
    });
    await sealAll();
    expect((await listAudit(contextOf(), everything)).items).toHaveLength(2);
  });

  it('is undone with the transaction around it and then done again', async () => {
    await recordAudits(fork(), entries(3));
    const work = fork().transactional(async (em) => {
      await sealAuditEntries(em, 1000);
      throw new Error('killed');
    });
    await expect(work).rejects.toThrow('killed');
    expect((await listAudit(contextOf(), everything)).items).toEqual([]);
    await sealAll();
    expect((await listAudit(contextOf(), everything)).items).toHaveLength(3);
    expect(await problemOf()).toBeNull();
  });
});

describe('listing', () => {
  it('goes through all entries in order, page by page', async () => {
    await sealed(5);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof listAudit>> = await listAudit(contextOf(), {
        ...everything,
        after,
        limit: 2,
      });
      seen.push(...page.items.map(({ subject }) => subject));
      after = page.nextCursor;
    } while (after !== null);
    expect(seen).toEqual(['cred_0', 'cred_1', 'cred_2', 'cred_3', 'cred_4']);
  });

  it('filters by subject and by actor, and never shows another workspace', async () => {
    const other = await createWorkspace();
    await recordAudits(fork(), [
      ...entries(3),
      ...entries(3, other),
      ...entries(1).map((entry) => ({ ...entry, actor: { ...actor, id: 'st_2' } })),
    ]);
    await sealAll();
    const bySubject = await listAudit(contextOf(), { ...everything, subject: 'cred_0' });
    expect(bySubject.items.map(({ sequence }) => Number(sequence))).toEqual([1, 4]);
    const byActor = await listAudit(contextOf(), { ...everything, actor: 'st_2' });
    expect(byActor.items.map(({ sequence }) => Number(sequence))).toEqual([4]);
    expect((await listAudit(contextOf(), everything)).items).toHaveLength(4);
  });

  it.each(['x', '-1', '1.5', '1e3', '', '99999999999999999999', "1' or '1"])(
    'refuses "%s" as a sequence',
    async (after) => {
      await expect(listAudit(contextOf(), { ...everything, after })).rejects.toMatchObject({
        code: 'validation_failed',
      });
    },
  );
});
