import { compareWithNoted } from './compare-heads.ts';
import { diagnose, type ChainBreak } from './diagnose.ts';
import { parseLine, type ExportLine } from './export-format.ts';
import { follow, type SealedEntry } from './follow-chain.ts';
import { beginning, type Head } from './head.ts';

/** What became of an export, as far as it can be told without the instance that it came from. */
export interface ExportVerification {
  readonly intact: boolean;
  readonly problem: ChainBreak | null;
  readonly workspaceId: string | null;
  /** Entries that follow each other as they were sealed. */
  readonly entries: number;
  /** What the first entry was sealed after: the beginning, or an entry that is not in the export. */
  readonly start: Head | null;
  readonly head: Head | null;
}

/** So many entries behind a break help to say what it is. */
const lookAhead = 200;

/**
 * Recomputes the chain of an export, line by line; holds a few hundred entries at most.
 * @param noted a head that was kept elsewhere; null compares with none
 */
export async function verifyExport(
  lines: AsyncIterable<string>,
  noted: Head | null,
): Promise<ExportVerification> {
  const comparison = compareWithNoted(noted);
  let start: Head | null = null;
  let head: Head | null = null;
  let workspaceId: string | null = null;
  let entries = 0;
  const end = (problem: ChainBreak | null): ExportVerification => ({
    intact: problem === null,
    problem,
    workspaceId,
    entries,
    start,
    head,
  });
  const reader = lines[Symbol.asyncIterator]();
  for (;;) {
    const line = await nextLine(reader);
    if (line === 'end of file' || line === null) return end(cut(head, line));
    if (line.kind === 'end') {
      const { done = false } = await reader.next();
      return end(compareWithEnd(line, head, entries, done) ?? endOf(comparison, head));
    }
    if (head === null) {
      start = startOf(line.entry);
      head = start;
      ({ workspaceId } = line.entry);
    }
    if (line.entry.workspaceId !== workspaceId) return end(foreign(line.entry.sequence));
    const next: Head | null = follow(head, line.entry);
    if (next === null) return end(diagnose(head, [line.entry, ...(await rest(reader))], false));
    const mismatch = (entries === 0 ? comparison.passes(head) : null) ?? comparison.passes(next);
    head = next;
    entries += 1;
    if (mismatch !== null) return end(mismatch);
  }
}

/** An export may begin anywhere; what stood before it is known by its hash alone. */
function startOf(entry: SealedEntry): Head {
  const sequence = (entry.sequence ?? 0) - 1;
  return sequence <= 0 ? beginning : { sequence, hash: entry.previousHash ?? beginning.hash };
}

async function nextLine(reader: AsyncIterator<string>): Promise<ExportLine | 'end of file' | null> {
  const { done, value } = await reader.next();
  return done === true ? 'end of file' : parseLine(value);
}

async function rest(reader: AsyncIterator<string>): Promise<SealedEntry[]> {
  const found: SealedEntry[] = [];
  while (found.length < lookAhead) {
    const line = await nextLine(reader);
    if (line === 'end of file' || line === null || line.kind === 'end') break;
    found.push(line.entry);
  }
  return found;
}

function cut(head: Head | null, line: 'end of file' | null): ChainBreak {
  const detail =
    line === null
      ? 'The next line is no entry of an export.'
      : 'The last line of the export is not there: it was cut.';
  return { sequence: (head?.sequence ?? 0) + 1, kind: 'export_cut', detail };
}

function foreign(sequence: number): ChainBreak {
  return { sequence, kind: 'inserted', detail: 'The entry is one of another workspace.' };
}

function compareWithEnd(
  { head, entries }: Extract<ExportLine, { kind: 'end' }>,
  walked: Head | null,
  count: number,
  isLast: boolean,
): ChainBreak | null {
  const sequence = walked?.sequence ?? 0;
  if (!isLast) return { sequence, kind: 'inserted', detail: 'Something stands behind the last line.' };
  const same = head === null ? walked === null : walked !== null && isSameHead(head, walked);
  if (same && entries === count) return null;
  if (entries > count || (head?.sequence ?? 0) > sequence)
    return { sequence: sequence + 1, kind: 'missing', detail: `The export had ${entries} entries.` };
  const detail = `The last line tells of ${entries} entries and another head.`;
  return { sequence, kind: 'head_mismatch', detail };
}

function isSameHead(a: Head, b: Head): boolean {
  return a.sequence === b.sequence && a.hash.equals(b.hash);
}

function endOf(comparison: ReturnType<typeof compareWithNoted>, head: Head | null): ChainBreak | null {
  return comparison.ends(head ?? beginning);
}
