import { acrossWorkspaces } from '../db/index.ts';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemActor } from '../context.ts';
import { newId } from '../ids.ts';
import { openAuditDatabase, type AuditDatabase } from '../testing/audit-database.ts';
import { getAuditHead, listAudit, pruneAudit, verifyAudit } from './index.ts';

let database: AuditDatabase;
let workspaceId: string;
const logged: string[] = [];
const log = pino({ level: 'error' }, { write: (line: string) => logged.push(line) });

beforeAll(async () => {
  database = await openAuditDatabase('prune');
  // What prune_audit removes is in the reach of its caller, whoever that is.
  await run(`set latchkey.workspaces = '*'`);
});

afterAll(() => database.drop());

beforeEach(async () => {
  // What other tests left is not to be counted.
  while ((await prune(30)) > 0);
  workspaceId = await database.createWorkspace();
  logged.length = 0;
});

const fork = () => database.fork();
const prune = (retentionDays = 90, limit = 1000) => pruneAudit(fork(), { retentionDays, limit, log });
const verify = (noted: Parameters<typeof verifyAudit>[1]['noted'] = null) =>
  verifyAudit({ em: fork(), workspaceId }, { noted });
const run = (text: string, values: unknown[] = []) => database.superuser.query(text, values);
const list = async () =>
  (
    await listAudit(
      { em: fork(), workspaceId, actor: systemActor },
      { after: null, subject: null, actor: null, limit: 1000 },
    )
  ).items;

/** 5 entries of 100 days ago, 3 of 50 days ago, 2 of today. */
async function history() {
  await database.sealedLongAgo(workspaceId, 5, 100);
  await database.sealedLongAgo(workspaceId, 3, 50);
  await database.sealed(workspaceId, 2);
}

describe('retention', () => {
  it('removes what is older from the front, and what remains is verified from there', async () => {
    await history();
    const [, , , , fifth] = await list();
    expect(await prune()).toBe(5);
    expect(await prune()).toBe(0);
    const report = await verify();
    expect(report).toMatchObject({
      intact: true,
      entries: 5,
      anchor: { sequence: 5, hash: Buffer.from(fifth?.hash ?? '', 'hex'), prunedAt: expect.any(Date) },
    });
    await database.sealAll();
    expect(await verify()).toMatchObject({ intact: true, entries: 6, unsealed: { entries: 0 } });
    expect((await list()).map(({ sequence }) => Number(sequence))).toEqual([6, 7, 8, 9, 10, 11]);
  });

  it('tells of itself in the audit: how many, up to which entry', async () => {
    await history();
    const hashes = (await list()).map(({ hash }) => hash);
    await prune();
    await prune(30);
    await database.sealAll();
    const told = (await list()).filter(({ action }) => action === 'audit.prune');
    expect(told).toMatchObject([
      {
        actor: { type: 'system', id: 'system', name: 'Latchkey' },
        subject: workspaceId,
        outcome: 'success',
        data: { upToSequence: 5, hash: hashes[4], removed: 5 },
      },
      { data: { upToSequence: 8, hash: hashes[7], removed: 3 } },
    ]);
    expect(await verify()).toMatchObject({ intact: true, anchor: { sequence: 8 } });
  });

  it('works in batches, and leaves the last entry to be removed as any other', async () => {
    await database.sealedLongAgo(workspaceId, 7, 100);
    const noted = await getAuditHead({ em: fork(), workspaceId });
    expect(await prune(90, 3)).toBe(3);
    expect(await verify()).toMatchObject({ intact: true, entries: 4 });
    expect(await prune(90, 3)).toBe(3);
    expect(await prune(90, 3)).toBe(1);
    expect(await prune(90, 3)).toBe(0);
    expect(await verify(noted)).toMatchObject({ intact: true, entries: 0, anchor: noted, head: noted });
    await database.sealAll();
    expect(await verify(noted)).toMatchObject({ intact: true, entries: 3, anchor: noted });
  });

  it('removes nothing behind an entry that must stay, though it be older', async () => {
    await database.sealed(workspaceId, 1);
    await database.sealedLongAgo(workspaceId, 3, 100);
    expect(await prune()).toBe(0);
    expect(await list()).toHaveLength(4);
  });

  it('leaves other workspaces, and what is not sealed, alone', async () => {
    const other = await database.createWorkspace();
    await database.sealed(other, 3);
    await history();
    expect(await prune()).toBe(5);
    const { rows } = await run('select count(*)::int as n from audit_entry where workspace_id = $1', [other]);
    expect(rows).toEqual([{ n: 3 }]);
  });

  it('run by several workers at once, removes each entry once and tells of it once', async () => {
    await history();
    const orms = await Promise.all([1, 2, 3].map(() => database.openAnother()));
    const removed = await Promise.all(
      orms.map((orm) => pruneAudit(acrossWorkspaces(orm.em), { retentionDays: 90, limit: 1000, log })),
    );
    expect(removed.toSorted((a, b) => a - b)).toEqual([0, 0, 5]);
    await database.sealAll();
    expect((await list()).filter(({ action }) => action === 'audit.prune')).toHaveLength(1);
    expect(await verify()).toMatchObject({ intact: true });
  });

  it('is undone with the transaction around it: no anchor, no entry, nothing removed', async () => {
    await history();
    await run('begin');
    await run('select prune_audit($1, 5, $2)', [workspaceId, newId('audit')]);
    await run('rollback');
    expect(await list()).toHaveLength(10);
    expect(await verify()).toMatchObject({ intact: true, entries: 10, anchor: null });
  });

  it.each([
    ['changed', `update audit_entry set subject = 'x' where workspace_id = $1 and sequence = 3`],
    ['missing', `delete from audit_entry where workspace_id = $1 and sequence = 3`],
    ['missing at the front', `delete from audit_entry where workspace_id = $1 and sequence <= 2`],
  ])(
    'removes nothing where the chain is broken, since that is the evidence: %s',
    async (_name, statement) => {
      await history();
      await database.tamper(workspaceId, statement);
      const before = await list();
      expect(await prune()).toBe(0);
      expect(await list()).toEqual(before);
      expect(logged.join('')).toContain('the audit is not intact; retention removes nothing of it');
    },
  );
});

describe('after retention', () => {
  const tampers: [string, number, string, string][] = [
    [
      'the first entry that is left is deleted',
      6,
      'missing',
      `delete from audit_entry where workspace_id = $1 and sequence = 6`,
    ],
    [
      'an entry in the middle is deleted',
      8,
      'missing',
      `delete from audit_entry where workspace_id = $1 and sequence = 8`,
    ],
    [
      'the first entry that is left is edited',
      6,
      'changed',
      `update audit_entry set subject = 'x' where workspace_id = $1 and sequence = 6`,
    ],
    [
      'the anchor has another hash',
      5,
      'anchor_mismatch',
      `update audit_anchor set hash = decode(repeat('ab', 32), 'hex') where workspace_id = $1`,
    ],
    ['the anchor is gone', 1, 'missing', `delete from audit_anchor where workspace_id = $1`],
    [
      'the anchor is moved back',
      4,
      'missing',
      `update audit_anchor set sequence = 3 where workspace_id = $1`,
    ],
  ];

  it.each(tampers)('a verification shows that %s', async (_name, sequence, kind, statement) => {
    await history();
    await prune();
    await database.sealAll();
    expect(await verify()).toMatchObject({ intact: true });
    await database.tamper(workspaceId, statement);
    expect((await verify()).problem).toMatchObject({ sequence, kind });
  });

  it('a verification shows that somebody else removed entries and moved the anchor over the gap', async () => {
    await history();
    await prune();
    await database.sealAll();
    await database.tamper(
      workspaceId,
      `update audit_anchor a set sequence = e.sequence, hash = e.hash from audit_entry e
       where a.workspace_id = $1 and e.workspace_id = $1 and e.sequence = 7`,
    );
    await database.tamper(workspaceId, 'delete from audit_entry where workspace_id = $1 and sequence <= 7');
    expect((await verify()).problem).toMatchObject({ sequence: 7, kind: 'anchor_mismatch' });
  });

  it('a head that was noted before what is left cannot be compared, and says so', async () => {
    await database.sealedLongAgo(workspaceId, 2, 100);
    const noted = await getAuditHead({ em: fork(), workspaceId });
    await history();
    await prune();
    expect((await verify(noted)).problem).toMatchObject({ sequence: 2, kind: 'noted_head_pruned' });
  });
});

describe('the database itself', () => {
  const flag = () => run(`select set_config('latchkey.prunes_audit_of', $1, true)`, [workspaceId]);

  async function refusal(...statements: (() => Promise<unknown>)[]): Promise<string> {
    await run('begin');
    try {
      for (const statement of statements) await statement();
      return 'nothing was refused';
    } catch (error) {
      return (error as Error).message;
    } finally {
      await run('rollback');
    }
  }

  it('refuses to delete entries that retention has not passed, with or without the flag', async () => {
    await history();
    const remove = () =>
      run('delete from audit_entry where workspace_id = $1 and sequence <= 5', [workspaceId]);
    expect(await refusal(remove)).toBe('audit_entry is append-only');
    expect(await refusal(flag, remove)).toBe('audit_entry is append-only');
    const one = () => run('select prune_audit($1, 2, $2)', [workspaceId, newId('audit')]);
    expect(await refusal(one, remove)).toBe('audit_entry is append-only');
    expect(await refusal(one, flag, remove)).toBe('audit_entry is append-only');
  });

  it('refuses to move the anchor by hand: back, to nowhere, to young entries, or without the flag', async () => {
    await history();
    await prune();
    const move =
      (sequence: number, from = sequence) =>
      () =>
        run(
          `update audit_anchor set sequence = $2, hash = coalesce((select hash from audit_entry where workspace_id = $1 and sequence = $3), hash)
         where workspace_id = $1`,
          [workspaceId, sequence, from],
        );
    const refused = 'audit_anchor is moved by prune_audit alone';
    expect(await refusal(move(7))).toBe(refused);
    expect(await refusal(flag, move(3))).toBe(refused);
    expect(await refusal(flag, move(7, 8))).toBe(refused);
    expect(await refusal(flag, move(9))).toBe(refused);
    expect(await refusal(flag, move(7))).toBe('nothing was refused');
    const other = await database.createWorkspace();
    expect(
      await refusal(flag, () =>
        run('update audit_anchor set workspace_id = $2 where workspace_id = $1', [workspaceId, other]),
      ),
    ).toBe(refused);
    expect(await refusal(() => run('delete from audit_anchor'))).toBe('audit_anchor is append-only');
    expect(await refusal(() => run('truncate audit_anchor'))).toBe('audit_anchor is append-only');
    expect(await refusal(() => run('truncate audit_entry'))).toBe('audit_entry is append-only');
  });

  it('removes nothing younger than 30 days, whoever asks for it', async () => {
    await database.sealedLongAgo(workspaceId, 2, 31);
    await database.sealedLongAgo(workspaceId, 2, 29);
    const upTo = (sequence: number) => () =>
      run('select prune_audit($1, $2, $3)', [workspaceId, sequence, newId('audit')]);
    expect(await refusal(upTo(3))).toBe('audit_anchor is moved by prune_audit alone');
    expect(await refusal(upTo(2))).toBe('nothing was refused');
    // An old entry behind a young one does not take that one along.
    await database.sealedLongAgo(workspaceId, 1, 31);
    expect(await refusal(upTo(5))).toBe('audit_entry is append-only');
  });

  it('removes nothing when entries are missing in between', async () => {
    await history();
    await database.tamper(workspaceId, 'delete from audit_entry where workspace_id = $1 and sequence = 2');
    expect(
      await refusal(() => run('select prune_audit($1, 5, $2)', [workspaceId, newId('audit')])),
    ).toContain('is not whole up to 5');
  });

  it('lets nobody call prune_audit who was not given the right', async () => {
    const role = `lk_stranger_${workspaceId.slice(-8)}`;
    await run(`create role ${role}`);
    try {
      await run(`set role ${role}`);
      await expect(run('select prune_audit($1, 1, $2)', [workspaceId, 'x'])).rejects.toThrow(
        'permission denied',
      );
    } finally {
      await run('reset role');
      await run(`drop role ${role}`);
    }
  });
});
