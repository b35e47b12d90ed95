import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemActor } from '../context.ts';
import { pino } from 'pino';
import { formatHead, verifyExport } from '../audit-chain/index.ts';
import { openAuditDatabase, type AuditDatabase } from '../testing/audit-database.ts';
import { exportAudit, getAuditHead, listAudit, pruneAudit } from './index.ts';

let database: AuditDatabase;
let workspaceId: string;

beforeAll(async () => {
  database = await openAuditDatabase('export');
});

afterAll(() => database.drop());

beforeEach(async () => {
  workspaceId = await database.createWorkspace();
});

type Range = Partial<Parameters<typeof exportAudit>[1]>;

const chunks = (range: Range = {}) =>
  exportAudit({ em: database.fork(), workspaceId }, { from: null, to: null, after: null, ...range });

async function linesOf(range: Range = {}): Promise<string[]> {
  let text = '';
  for await (const chunk of chunks(range)) text += chunk;
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n');
}

async function* asLines(lines: readonly string[]) {
  yield* lines;
}

const sequences = (lines: readonly string[]) =>
  lines.slice(0, -1).map((line) => Number((JSON.parse(line) as { sequence: string }).sequence));

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

describe('an export', () => {
  it('has every entry with all that its hash covers, and ends with the head', async () => {
    await database.sealed(workspaceId, 1201);
    const lines = await linesOf();
    const head = await getAuditHead({ em: database.fork(), workspaceId });
    expect(sequences(lines)).toEqual(Array.from({ length: 1201 }, (_, index) => index + 1));
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({
      head: { sequence: '00000000000000001201', hash: head.hash.toString('hex') },
      entries: 1201,
    });
    const result = await verifyExport(asLines(lines), head);
    expect(result).toMatchObject({ intact: true, problem: null, entries: 1201, workspaceId, head });
    const { items } = await listAudit(
      { em: database.fork(), workspaceId, actor: systemActor },
      { after: null, subject: null, actor: null, limit: 2 },
    );
    expect(lines.slice(0, 2).map((line) => JSON.parse(line) as object)).toEqual(
      JSON.parse(JSON.stringify(items)),
    );
  });

  it('of nothing says that there is nothing', async () => {
    expect(await linesOf()).toEqual(['{"head":null,"entries":0}']);
    await database.sealed(workspaceId, 2);
    expect(await linesOf({ from: new Date(Date.now() + 60_000) })).toEqual(['{"head":null,"entries":0}']);
  });

  it('of a time is a piece of the chain, and of a workspace that one’s alone', async () => {
    await database.sealedLongAgo(workspaceId, 3, 60);
    await database.sealedLongAgo(await database.createWorkspace(), 3, 60);
    await database.sealedLongAgo(workspaceId, 3, 40);
    await database.sealed(workspaceId, 3);
    const parts: [Range, number[]][] = [
      [{ from: daysAgo(50) }, [4, 5, 6, 7, 8, 9]],
      [{ to: daysAgo(50) }, [1, 2, 3]],
      [{ from: daysAgo(50), to: daysAgo(30) }, [4, 5, 6]],
      [{ after: '7' }, [8, 9]],
      [{ after: '4', to: daysAgo(30) }, [5, 6]],
    ];
    for (const [range, expected] of parts) {
      const lines = await linesOf(range);
      expect(sequences(lines)).toEqual(expected);
      expect(await verifyExport(asLines(lines), null)).toMatchObject({
        intact: true,
        entries: expected.length,
      });
    }
  });

  it('leaves nothing out in between when times go back from one number to the next', async () => {
    await database.sealed(workspaceId, 6);
    await database.tamper(
      workspaceId,
      `update audit_entry set at = case sequence when 2 then at + interval '3 s' else at end where workspace_id = $1`,
    );
    const { rows } = await database.superuser.query<{ at: Date }>(
      `select at + interval '2 s' as at from audit_entry where workspace_id = $1 and sequence = 6`,
      [workspaceId],
    );
    expect(sequences(await linesOf({ from: rows[0]?.at ?? new Date() }))).toEqual([2, 3, 4, 5, 6]);
    expect(sequences(await linesOf({ to: rows[0]?.at ?? new Date() }))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('has no last line when its reader is gone, or retention was faster', async () => {
    await database.sealedLongAgo(workspaceId, 1200, 100);
    const gone = new AbortController();
    const cut: string[] = [];
    for await (const chunk of chunks({ signal: gone.signal })) {
      cut.push(chunk);
      gone.abort();
    }
    expect(cut).toHaveLength(1);
    expect(cut.join('')).not.toContain('"head"');

    const overtaken: string[] = [];
    for await (const chunk of chunks()) {
      overtaken.push(chunk);
      if (overtaken.length === 1)
        await pruneAudit(database.fork(), { retentionDays: 90, limit: 700, log: pino({ level: 'silent' }) });
    }
    expect(overtaken).toHaveLength(1);
    expect(overtaken.join('')).not.toContain('"head"');
    const rest = await linesOf();
    const result = await verifyExport(asLines(rest), null);
    expect(result).toMatchObject({ intact: true, entries: 500 });
    expect(result.start === null ? null : formatHead(result.start)).toMatch(/^700:/);
  });

  it('reads no further than its reader does', async () => {
    await database.sealed(workspaceId, 2000);
    const reader = chunks();
    const first = await reader.next();
    expect((first.value as string).split('\n')).toHaveLength(501);
    await database.tamper(workspaceId, 'delete from audit_entry where workspace_id = $1 and sequence > 500');
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });
});
