import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashEntry, noHash, type Head } from '../audit-chain/index.ts';
import { acrossWorkspaces, db } from '../db/index.ts';
import { auditRecords, openAuditDatabase, type AuditDatabase } from '../testing/audit-database.ts';
import { getAuditHead, recordAudits, sealAuditEntries, verifyAudit } from './index.ts';
import { readEntries } from './read-entries.ts';

let database: AuditDatabase;
let workspaceId: string;

beforeAll(async () => {
  database = await openAuditDatabase('verify');
});

afterAll(() => database.drop());

beforeEach(async () => {
  workspaceId = await database.createWorkspace();
});

const fork = () => database.fork();
const sealed = (count: number) => database.sealed(workspaceId, count);
const tamper = (statement: string, parameters?: unknown[]) =>
  database.tamper(workspaceId, statement, parameters);
const verify = (noted: Head | null = null) => verifyAudit({ em: fork(), workspaceId }, { noted });
const headOf = (id = workspaceId) => getAuditHead({ em: fork(), workspaceId: id });

async function brokenAt(): Promise<[number, string] | null> {
  const { intact, problem } = await verify();
  expect(intact).toBe(problem === null);
  return problem && [problem.sequence, problem.kind];
}

/** Moves an entry to another number, past the constraint that numbers are unique. */
async function move(from: number, to: number) {
  await tamper('update audit_entry set sequence = $3 where workspace_id = $1 and sequence = $2', [from, to]);
}

/** An entry that was never sealed, with a hash that is right for where it stands. */
async function forge(sequence: number, previousHash: Buffer, hash?: Buffer) {
  const entry = {
    id: `aud_forged_${workspaceId}`,
    workspaceId,
    position: 1_000_000_000 + sequence,
    at: new Date('2026-11-21T10:00:00.000Z'),
    actorType: 'system',
    actorId: 'x',
    actorName: 'x',
    action: 'lease.issue',
    subject: 'x',
    outcome: 'success' as const,
    requestId: null,
    clientAddress: null,
    data: {},
    sequence,
    previousHash,
  };
  await tamper(
    `insert into audit_entry
       (id, workspace_id, position, at, actor_type, actor_id, actor_name, action, subject, outcome, data, sequence, previous_hash, hash)
     overriding system value values ($2, $1, $3, $4, 'system', 'x', 'x', 'lease.issue', 'x', 'success', '{}', $5, $6, $7)`,
    [entry.id, entry.position, entry.at, sequence, previousHash, hash ?? hashEntry(entry)],
  );
}

/** What somebody does who knows how the chain is made: every hash from `sequence` on anew. */
async function rehash(sequence: number) {
  const kysely = db(fork());
  const entries = await readEntries(kysely, workspaceId, { after: null, limit: 100 });
  let previousHash = entries[sequence - 2]?.hash ?? noHash;
  for (const entry of entries.slice(sequence - 1)) {
    const hash = hashEntry({ ...entry, previousHash });
    await tamper(
      'update audit_entry set previous_hash = $3, hash = $4 where workspace_id = $1 and sequence = $2',
      [entry.sequence, previousHash, hash],
    );
    previousHash = hash;
  }
  return previousHash;
}

describe('an intact chain', () => {
  it('of a workspace without entries ends at the beginning', async () => {
    expect(await verify()).toEqual({
      intact: true,
      problem: null,
      entries: 0,
      head: { sequence: 0, hash: noHash },
      anchor: null,
      unsealed: { entries: 0, oldestSeconds: 0, overdue: false },
    });
  });

  it('is reported with how many entries it has, and its head', async () => {
    await sealed(5);
    const head = await headOf();
    expect(head.sequence).toBe(5);
    expect(await verify()).toMatchObject({ intact: true, entries: 5, head, anchor: null });
    expect(await verify(head)).toMatchObject({ intact: true, problem: null });
  });

  it('stays so while others write and seal', async () => {
    await sealed(1500);
    const stop = new AbortController();
    const writing = (async () => {
      while (!stop.signal.aborted) {
        await recordAudits(fork(), auditRecords(workspaceId, 20));
        await sealAuditEntries(fork(), 1000);
      }
    })();
    for (let round = 0; round < 5; round += 1) expect(await verify()).toMatchObject({ intact: true });
    stop.abort();
    await writing;
  });

  it('is verified by statements that are short, however long it takes', async () => {
    await sealed(2500);
    const impatient = await database.openAnother();
    await impatient.em.execute(`set statement_timeout = '2s'`);
    expect(
      await verifyAudit({ em: acrossWorkspaces(impatient.em), workspaceId }, { noted: null }),
    ).toMatchObject({
      entries: 2500,
    });
  });

  it('is verified no further once nobody waits for it', async () => {
    await sealed(3);
    const gone = AbortSignal.abort(new Error('gone'));
    await expect(verifyAudit({ em: fork(), workspaceId }, { noted: null, signal: gone })).rejects.toThrow(
      'gone',
    );
  });
});

describe('entries that wait for their seal', () => {
  it('are counted, and called overdue after a minute', async () => {
    await sealed(2);
    await recordAudits(fork(), auditRecords(workspaceId, 3));
    const young = await verify();
    expect(young).toMatchObject({ intact: true, entries: 2, unsealed: { entries: 3, overdue: false } });
    expect(young.unsealed.oldestSeconds).toBeLessThan(60);
    await tamper(
      `update audit_entry set at = now() - interval '61 s' where workspace_id = $1 and sequence is null and subject = 'cred_1'`,
    );
    const old = await verify();
    expect(old).toMatchObject({ intact: true, unsealed: { entries: 3, overdue: true } });
    expect(old.unsealed.oldestSeconds).toBeGreaterThanOrEqual(61);
  });

  it('of another workspace are not this one’s', async () => {
    await recordAudits(fork(), auditRecords(await database.createWorkspace(), 3));
    expect(await verify()).toMatchObject({ unsealed: { entries: 0 } });
    await database.sealAll();
  });
});

describe('what somebody with all rights in the database did shows', () => {
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
    ['hash', 'null'],
  ])('%s of an entry set to %s', async (column, value) => {
    await sealed(4);
    await tamper(`update audit_entry set ${column} = ${value} where workspace_id = $1 and sequence = 2`);
    expect(await brokenAt()).toEqual([2, 'changed']);
  });

  it.each([1, 2, 4])('entry %i of 4 edited, and its own hash made anew', async (sequence) => {
    await sealed(4);
    await tamper(`update audit_entry set subject = 'cred_x' where workspace_id = $1 and sequence = $2`, [
      sequence,
    ]);
    const kysely = db(fork());
    const entry = (await readEntries(kysely, workspaceId, { after: null, limit: 9 }))[sequence - 1];
    if (entry === undefined) throw new Error('no entry');
    await tamper('update audit_entry set hash = $3 where workspace_id = $1 and sequence = $2', [
      sequence,
      hashEntry(entry),
    ]);
    expect(await brokenAt()).toEqual([sequence, sequence === 4 ? 'head_mismatch' : 'changed']);
  });

  it('the last entry changed together with its hash', async () => {
    await sealed(4);
    await tamper(`update audit_entry set hash = previous_hash where workspace_id = $1 and sequence = 4`);
    expect(await brokenAt()).toEqual([4, 'changed']);
  });

  it.each([1, 2, 4])('entry %i of 4 deleted', async (sequence) => {
    await sealed(4);
    await tamper('delete from audit_entry where workspace_id = $1 and sequence = $2', [sequence]);
    expect(await brokenAt()).toEqual([sequence, 'missing']);
  });

  it('every entry deleted', async () => {
    await sealed(4);
    await tamper('delete from audit_entry where workspace_id = $1');
    expect(await brokenAt()).toEqual([1, 'missing']);
  });

  it('an entry deleted and the later ones moved up', async () => {
    await sealed(4);
    await tamper('delete from audit_entry where workspace_id = $1 and sequence = 2');
    await move(3, 2);
    await move(4, 3);
    expect(await brokenAt()).toEqual([2, 'missing']);
  });

  it('the last entries deleted and the head set back shows with a head that was noted before', async () => {
    await sealed(4);
    const noted = await headOf();
    await tamper('delete from audit_entry where workspace_id = $1 and sequence = 4');
    await tamper(
      `update workspace set audit_sequence = 3, audit_hash = audit_entry.hash from audit_entry
       where workspace.id = $1 and audit_entry.workspace_id = $1 and audit_entry.sequence = 3`,
    );
    expect(await brokenAt()).toBeNull();
    expect((await verify(noted)).problem).toMatchObject({ sequence: 4, kind: 'noted_head_mismatch' });
  });

  it('two entries that changed places', async () => {
    await sealed(5);
    await move(2, 99);
    await move(3, 2);
    await move(99, 3);
    expect(await brokenAt()).toEqual([2, 'swapped']);
  });

  it('two entries far from each other that changed places, across batches', async () => {
    await sealed(1200);
    await move(900, 9999);
    await move(1100, 900);
    await move(9999, 1100);
    expect(await brokenAt()).toEqual([900, 'swapped']);
  });

  it('what two entries say exchanged, while their seals stay', async () => {
    await sealed(4);
    await tamper(
      `with other as (select 5 - sequence as place, previous_hash, hash from audit_entry where workspace_id = $1 and sequence in (2, 3))
       update audit_entry set sequence = place + 90, previous_hash = other.previous_hash, hash = other.hash
       from other where workspace_id = $1 and sequence = 5 - place`,
    );
    await move(92, 2);
    await move(93, 3);
    expect(await brokenAt()).toEqual([2, 'swapped']);
  });

  it('an entry put into the middle, the later ones moved to make room', async () => {
    await sealed(4);
    const second = (await readEntries(db(fork()), workspaceId, { after: null, limit: 2 }))[1];
    await move(4, 5);
    await move(3, 4);
    await forge(3, second?.hash ?? noHash);
    expect(await brokenAt()).toEqual([3, 'inserted']);
  });

  it('an entry put into the middle with a hash of nothing', async () => {
    await sealed(4);
    await move(4, 5);
    await move(3, 4);
    await forge(3, Buffer.alloc(32, 1), Buffer.alloc(32, 2));
    expect(await brokenAt()).toEqual([3, 'inserted']);
  });

  it('an entry that has the number of another', async () => {
    await sealed(1000);
    await database.superuser.query(
      'alter table audit_entry drop constraint audit_entry_workspace_id_sequence_key',
    );
    try {
      const last = (await headOf()).hash;
      await forge(1000, last);
      expect(await brokenAt()).toEqual([1000, 'inserted']);
    } finally {
      await tamper('delete from audit_entry where workspace_id = $1');
      await database.superuser.query(
        'alter table audit_entry add constraint audit_entry_workspace_id_sequence_key unique (workspace_id, sequence)',
      );
    }
  });

  it('an entry put before the first', async () => {
    await sealed(2);
    await forge(0, noHash);
    expect(await brokenAt()).toEqual([0, 'inserted']);
  });

  it('an entry put behind the end', async () => {
    await sealed(4);
    await forge(5, (await headOf()).hash);
    expect(await brokenAt()).toEqual([5, 'inserted']);
  });

  it('the head of the workspace changed', async () => {
    await sealed(3);
    await tamper('update workspace set audit_hash = null where id = $1');
    expect(await brokenAt()).toEqual([3, 'head_mismatch']);
  });

  it('an entry edited and every later hash made anew, with the old head', async () => {
    await sealed(5);
    await tamper(`update audit_entry set subject = 'cred_x' where workspace_id = $1 and sequence = 2`);
    await rehash(2);
    expect(await brokenAt()).toEqual([5, 'head_mismatch']);
  });

  it('the whole chain and its head rewritten: only with a head that was noted before', async () => {
    await sealed(5);
    const noted = await headOf();
    await sealed(2);
    await tamper(`update audit_entry set subject = 'cred_x' where workspace_id = $1 and sequence = 2`);
    const hash = await rehash(2);
    await tamper('update workspace set audit_hash = $2 where id = $1', [hash]);
    expect(await brokenAt()).toBeNull();
    expect((await verify(noted)).problem).toMatchObject({ sequence: 5, kind: 'noted_head_mismatch' });
  });

  it('the entry of another workspace brought in', async () => {
    await sealed(1);
    const other = await database.createWorkspace();
    await database.sealed(other, 1);
    await tamper('delete from audit_entry where workspace_id = $1');
    await tamper('update audit_entry set workspace_id = $1 where workspace_id = $2', [other]);
    expect(await brokenAt()).toEqual([1, 'changed']);
  });

  it('a change in one of many batches', async () => {
    await sealed(2500);
    expect(await brokenAt()).toBeNull();
    await tamper(`update audit_entry set subject = 'cred_x' where workspace_id = $1 and sequence = 2400`);
    expect(await brokenAt()).toEqual([2400, 'changed']);
  });
});
