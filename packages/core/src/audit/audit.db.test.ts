import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { db, type Orm } from '../db/index.ts';
import { newId } from '../ids.ts';
import { Secret } from '../secret.ts';
import { openScratchDatabase, type ScratchDatabase } from '../testing/scratch-database.ts';
import {
  listAudit,
  recordAudit,
  recordAudits,
  sealAuditEntries,
  verifyAuditChain,
  type AuditRecord,
} from './index.ts';

const actor = { type: 'service_token', id: 'st_1', name: 'pipeline', role: 'admin', subject: null } as const;
const everything = { after: null, subject: null, actor: null, limit: 1000 };

let database: ScratchDatabase;
let workspaceId: string;

beforeAll(async () => {
  database = await openScratchDatabase('audit');
});

afterAll(() => database.drop());

beforeEach(async () => {
  workspaceId = await createWorkspace();
});

const fork = () => database.orm.em.fork();

async function createWorkspace(): Promise<string> {
  const id = newId('workspace');
  await db(fork()).insertInto('workspace').values({ id, name: id }).execute();
  return id;
}

const contextOf = (em = fork()) => ({
  em,
  workspaceId,
  actor,
  requestId: 'req_1',
  clientAddress: '192.0.2.1',
});

function entries(count: number, workspace = workspaceId): AuditRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    workspaceId: workspace,
    actor,
    requestId: null,
    clientAddress: null,
    action: 'lease.issue',
    subject: `cred_${index}`,
    data: { index, nested: { b: 1.5, a: ['x', null, true] } },
  }));
}

async function sealAll(orm: Orm = database.orm): Promise<void> {
  while ((await sealAuditEntries(orm.em.fork(), 1000)) > 0);
}

async function sealed(count: number): Promise<void> {
  await recordAudits(fork(), entries(count));
  await sealAll();
}

/** What somebody with all rights in the database can do. */
async function tamper(statement: string, parameters: unknown[] = []): Promise<void> {
  await database.superuser.query('set session_replication_role = replica');
  try {
    const { rowCount } = await database.superuser.query(statement, [workspaceId, ...parameters]);
    if (!rowCount) throw new Error(`nothing to tamper with: ${statement}`);
  } finally {
    await database.superuser.query('reset session_replication_role');
  }
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
    expect(await verifyAuditChain(fork(), workspaceId)).toBeNull();
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
    expect(await verifyAuditChain(fork(), workspaceId)).toBeNull();
  });

  it('takes no more than its limit and says how many it took', async () => {
    await sealAll();
    await recordAudits(fork(), entries(5));
    expect(await sealAuditEntries(fork(), 3)).toBe(3);
    expect(await verifyAuditChain(fork(), workspaceId)).toBeNull();
    expect(await sealAuditEntries(fork(), 3)).toBe(2);
    expect(await sealAuditEntries(fork(), 3)).toBe(0);
  });

  it('is right when several processes seal while others write', async () => {
    const workspaces = [workspaceId, await createWorkspace(), await createWorkspace()];
    const orms = await Promise.all(Array.from({ length: 3 }, () => database.openAnother()));
    const writing = new AbortController();
    const sealers = orms.map(async (orm) => {
      while (!writing.signal.aborted) await sealAuditEntries(orm.em.fork(), 7);
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
      expect(await verifyAuditChain(fork(), id)).toBeNull();
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
    expect(await verifyAuditChain(fork(), workspaceId)).toBeNull();
  });
});

describe('the chain', () => {
  it('of a workspace without entries is whole', async () => {
    expect(await verifyAuditChain(fork(), workspaceId)).toBeNull();
  });

  it('is verified over many batches', async () => {
    await sealed(2500);
    expect(await verifyAuditChain(fork(), workspaceId)).toBeNull();
    await tamper(`update audit_entry set subject = 'cred_x' where workspace_id = $1 and sequence = 2400`);
    expect(await verifyAuditChain(fork(), workspaceId)).toBe(2400);
  });

  it.each([
    ['id', `'aud_forged'`],
    ['position', 'default'],
    ['at', `at + interval '1 ms'`],
    ['actor_type', `'system'`],
    ['actor_id', `'st_2'`],
    ['actor_name', `'somebody else'`],
    ['action', `'lease.refuse'`],
    ['subject', `'cred_x'`],
    ['outcome', `'refused'`],
    ['request_id', `''`],
    ['client_address', `'198.51.100.1'`],
    ['data', `jsonb_set(data, '{nested,b}', '1.6')`],
    ['previous_hash', `set_byte(previous_hash, 0, (get_byte(previous_hash, 0) + 1) % 256)`],
    ['hash', `set_byte(hash, 31, (get_byte(hash, 31) + 1) % 256)`],
  ])('shows that %s of an entry was changed', async (column, value) => {
    await sealed(4);
    await tamper(`update audit_entry set ${column} = ${value} where workspace_id = $1 and sequence = 2`);
    expect(await verifyAuditChain(fork(), workspaceId)).toBe(2);
  });

  it('shows that the last entry was changed together with its hash', async () => {
    await sealed(4);
    await tamper(`update audit_entry set hash = previous_hash where workspace_id = $1 and sequence = 4`);
    expect(await verifyAuditChain(fork(), workspaceId)).toBe(4);
  });

  it.each([1, 2, 4])('shows that entry %i of 4 was deleted', async (sequence) => {
    await sealed(4);
    await tamper('delete from audit_entry where workspace_id = $1 and sequence = $2', [sequence]);
    expect(await verifyAuditChain(fork(), workspaceId)).toBe(sequence);
  });

  it('shows that every entry was deleted', async () => {
    await sealed(4);
    await tamper('delete from audit_entry where workspace_id = $1');
    expect(await verifyAuditChain(fork(), workspaceId)).toBe(1);
  });

  it('shows that an entry was deleted and the later ones moved up', async () => {
    await sealed(4);
    await tamper('delete from audit_entry where workspace_id = $1 and sequence = 2');
    await tamper('update audit_entry set sequence = 2 where workspace_id = $1 and sequence = 3');
    await tamper('update audit_entry set sequence = 3 where workspace_id = $1 and sequence = 4');
    expect(await verifyAuditChain(fork(), workspaceId)).toBe(2);
  });

  it('shows that two entries were swapped', async () => {
    await sealed(4);
    await tamper('update audit_entry set sequence = 99 where workspace_id = $1 and sequence = 2');
    await tamper('update audit_entry set sequence = 2 where workspace_id = $1 and sequence = 3');
    await tamper('update audit_entry set sequence = 3 where workspace_id = $1 and sequence = 99');
    expect(await verifyAuditChain(fork(), workspaceId)).toBe(2);
  });

  it('shows that an entry was put behind the end', async () => {
    await sealed(4);
    await tamper(
      `insert into audit_entry (id, workspace_id, actor_type, actor_id, actor_name, action, subject, outcome, data, sequence, previous_hash, hash)
       select 'aud_behind', workspace_id, actor_type, actor_id, actor_name, action, subject, outcome, data, 5, hash, hash
       from audit_entry where workspace_id = $1 and sequence = 4`,
    );
    expect(await verifyAuditChain(fork(), workspaceId)).toBe(5);
  });

  it('shows that a well-chained entry was put behind the end', async () => {
    await sealed(5);
    await tamper(
      `update workspace set audit_sequence = 4, audit_hash = audit_entry.hash from audit_entry
       where workspace.id = $1 and audit_entry.workspace_id = $1 and audit_entry.sequence = 4`,
    );
    expect(await verifyAuditChain(fork(), workspaceId)).toBe(5);
  });

  it('shows that the head was changed', async () => {
    await sealed(3);
    await tamper('update workspace set audit_hash = null where id = $1');
    expect(await verifyAuditChain(fork(), workspaceId)).toBe(3);
  });

  it('shows that the entry of another workspace was brought in', async () => {
    await sealed(1);
    const other = await createWorkspace();
    await recordAudits(fork(), entries(1, other));
    await sealAll();
    await tamper('delete from audit_entry where workspace_id = $1');
    await tamper('update audit_entry set workspace_id = $1 where workspace_id = $2', [other]);
    expect(await verifyAuditChain(fork(), workspaceId)).toBe(1);
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
