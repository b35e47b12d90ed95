import { describe, expect, it } from 'vitest';
import { endLine, entryLine } from './export-format.ts';
import { hashEntry, noHash } from './hash-entry.ts';
import type { SealedEntry } from './follow-chain.ts';
import { formatHead, parseHead, verifyExport } from './index.ts';

/** A chain of `count` entries, numbered from `first`. */
function chainOf(count: number, first = 1): SealedEntry[] {
  const entries: SealedEntry[] = [];
  let previousHash: Buffer = first === 1 ? noHash : Buffer.alloc(32, 7);
  for (let sequence = first; sequence < first + count; sequence += 1) {
    const entry = {
      id: `aud_${sequence}`,
      workspaceId: 'ws_1',
      position: sequence * 3,
      at: new Date(1_700_000_000_000 + sequence),
      actorType: 'service_token',
      actorId: 'st_1',
      actorName: 'pipeline',
      action: 'lease.issue',
      subject: `cred_${sequence}`,
      outcome: 'success' as const,
      requestId: 'req_1',
      clientAddress: null,
      data: { b: 1.5, a: ['x', null, { z: 'ü', y: true }] },
      sequence,
      previousHash,
    };
    const hash = hashEntry(entry);
    entries.push({ ...entry, hash });
    previousHash = hash;
  }
  return entries;
}

const headOf = (entries: readonly SealedEntry[]) => {
  const { sequence, hash } = entries.at(-1) ?? {};
  return sequence == null || hash == null ? null : { sequence, hash };
};

function linesOf(entries: readonly SealedEntry[], end = { head: headOf(entries), entries: entries.length }) {
  return [...entries.map(entryLine), endLine(end)].map((line) => line.trimEnd());
}

async function verify(lines: readonly string[], noted: string | null = null) {
  async function* read() {
    yield* lines;
  }
  return verifyExport(read(), noted === null ? null : parseHead(noted));
}

const problemOf = async (lines: readonly string[], noted: string | null = null) => {
  const { intact, problem } = await verify(lines, noted);
  expect(intact).toBe(problem === null);
  return problem && [problem.sequence, problem.kind];
};

/** Changes line `sequence` as text. */
const edited = (change: (line: string, sequence: number) => string | string[] | null, count = 6) =>
  linesOf(chainOf(count)).flatMap((line, index) => change(line, index + 1) ?? []);

describe('an export', () => {
  it('is verified without the instance: from the beginning, and from any entry on', async () => {
    const whole = chainOf(300);
    expect(await verify(linesOf(whole))).toMatchObject({
      intact: true,
      entries: 300,
      workspaceId: 'ws_1',
      start: { sequence: 0 },
      head: headOf(whole),
    });
    expect(await verify(linesOf(chainOf(3, 41)))).toMatchObject({
      intact: true,
      entries: 3,
      start: { sequence: 40, hash: Buffer.alloc(32, 7) },
    });
    expect(await verify(linesOf([]))).toMatchObject({ intact: true, entries: 0, head: null, start: null });
  });

  it.each([
    [
      'a member was changed',
      [3, 'changed'],
      (line: string, n: number) => (n === 3 ? line.replace('cred_3', 'cred_x') : line),
    ],
    [
      'a deep value was changed',
      [3, 'changed'],
      (line: string, n: number) => (n === 3 ? line.replace('1.5', '1.6') : line),
    ],
    [
      'the first line was deleted and the next claims to be first',
      [1, 'missing'],
      (line: string, n: number) => (n === 1 ? null : n === 2 ? line.replace('00002', '00001') : line),
    ],
    ['a line was deleted', [3, 'missing'], (line: string, n: number) => (n === 3 ? null : line)],
    ['the last entry was deleted', [6, 'missing'], (line: string, n: number) => (n === 6 ? null : line)],
    ['the end was cut off', [4, 'export_cut'], (line: string, n: number) => (n > 3 ? null : line)],
    ['the last line was cut off', [7, 'export_cut'], (line: string, n: number) => (n === 7 ? null : line)],
    [
      'a line was cut in the middle',
      [5, 'export_cut'],
      (line: string, n: number) => (n < 5 ? line : n === 5 ? line.slice(0, 100) : null),
    ],
    ['a line was doubled', [3, 'inserted'], (line: string, n: number) => (n === 3 ? [line, line] : line)],
    ['something was appended', [6, 'inserted'], (line: string, n: number) => (n === 7 ? [line, line] : line)],
    [
      'a member was added',
      [3, 'export_cut'],
      (line: string, n: number) => (n === 3 ? line.replace('{', '{"note":"x",') : line),
    ],
    [
      'an entry is another workspace’s',
      [3, 'inserted'],
      (line: string, n: number) => (n === 3 ? line.replace('ws_1', 'ws_2') : line),
    ],
    [
      'the last line tells of another head',
      [6, 'head_mismatch'],
      (line: string, n: number) => (n === 7 ? line.replace(/"hash":"../, '"hash":"00') : line),
    ],
  ] as const)('%s: that shows', async (_name, expected, change) => {
    expect(await problemOf(edited(change))).toEqual(expected);
  });

  it('two lines swapped: that shows', async () => {
    const lines = linesOf(chainOf(6));
    [lines[2], lines[3]] = [lines[3] ?? '', lines[2] ?? ''];
    expect(await problemOf(lines)).toEqual([3, 'missing']);
  });

  it('rewritten as a whole: that shows with a head that was noted elsewhere', async () => {
    const noted = headOf(chainOf(4));
    const rewritten = chainOf(6).map((entry) => ({ ...entry, subject: 'x' }));
    let previousHash: Buffer = noHash;
    const consistent = rewritten.map((entry) => {
      const hash = hashEntry({ ...entry, previousHash });
      const sealed = { ...entry, previousHash, hash };
      previousHash = hash;
      return sealed;
    });
    expect(await problemOf(linesOf(consistent))).toBeNull();
    const text = noted === null ? '' : formatHead(noted);
    expect(await problemOf(linesOf(consistent), text)).toEqual([4, 'noted_head_mismatch']);
    expect(await problemOf(linesOf(chainOf(6)), text)).toBeNull();
    expect(await problemOf(linesOf(chainOf(3)), text)).toEqual([4, 'noted_head_mismatch']);
    expect(await problemOf(linesOf(chainOf(3, 41)), text)).toEqual([4, 'noted_head_pruned']);
  });
});

describe('a head as text', () => {
  it('is read as it was written, padded or not', () => {
    const hash = 'ab'.repeat(32);
    const head = parseHead(`12:${hash}`);
    expect(head).toEqual({ sequence: 12, hash: Buffer.from(hash, 'hex') });
    expect(parseHead(`00000000000000000012:${hash}`)).toEqual(head);
    expect(head && formatHead(head)).toBe(`12:${hash}`);
  });

  it.each([
    '',
    '12',
    `12:${'a'.repeat(63)}`,
    `x:${'a'.repeat(64)}`,
    `1:${'A'.repeat(64)}`,
    `${'9'.repeat(16)}:${'a'.repeat(64)}`,
    `1:${'a'.repeat(64)}\n`,
  ])('is not %j', (text) => expect(parseHead(text)).toBeNull());
});
