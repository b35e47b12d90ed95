import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId } from '../ids.ts';
import { openSpill } from './index.ts';
import { spillRecordOf } from '../testing/spill-record.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'lk-spill-'));
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function open(options?: { limit?: number }) {
  const error = vi.fn();
  return { spill: openSpill(dataDir, { error }, options), error };
}

const filesIn = (folder: string) => readdirSync(folder).toSorted();
const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('a spill folder', () => {
  it('is not made before there is something to write', async () => {
    const { spill, error } = open();
    expect(await spill.list()).toEqual([]);
    await spill.remove(newId('attempt'));
    expect(readdirSync(dataDir)).toEqual([]);
    expect(error).not.toHaveBeenCalled();
  });

  it('gives back what was written, oldest first, and nothing once it is removed', async () => {
    const { spill } = open();
    const [first, second] = [
      spillRecordOf({ attemptId: `att_${'1'.repeat(26)}` }),
      spillRecordOf({ attemptId: `att_${'2'.repeat(26)}` }),
    ];
    expect(await spill.write(second)).toBe('written');
    expect(await spill.write(first)).toBe('written');
    expect(await spill.list()).toEqual([first.attemptId, second.attemptId]);
    expect(await spill.read(first.attemptId)).toEqual(first);
    await spill.remove(first.attemptId);
    expect(await spill.list()).toEqual([second.attemptId]);
    expect(await spill.read(first.attemptId)).toBeNull();
  });

  it('is for its user alone, and holds whole files only', async () => {
    const { spill } = open();
    const record = spillRecordOf();
    await spill.write(record);
    expect(modeOf(spill.folder)).toBe(0o700);
    expect(filesIn(spill.folder)).toEqual([`${record.attemptId}.json`]);
    expect(modeOf(join(spill.folder, `${record.attemptId}.json`))).toBe(0o600);
  });

  it('has names, numbers and sealed bytes in its files', async () => {
    const { spill } = open();
    const record = spillRecordOf();
    await spill.write(record);
    const content = JSON.parse(readFileSync(join(spill.folder, `${record.attemptId}.json`), 'utf8'));
    expect(content).toEqual({
      version: 1,
      attemptId: record.attemptId,
      authorizationId: record.authorizationId,
      workspaceId: record.workspaceId,
      credentialId: record.credentialId,
      fence: 7,
      journalId: record.journalId,
      tokenVersion: 3,
      keySalt: record.keySalt.toString('base64'),
      sealed: record.sealed.toString('base64'),
      presentedFingerprint: record.presentedFingerprint?.toString('base64'),
      grantFingerprint: null,
      grantId: 'grant',
      issuedTo: record.issuedTo,
      receivedAt: '2026-11-21T10:00:00.123Z',
    });
  });

  it('takes no more than its limit, and says so loudly once', async () => {
    const { spill, error } = open({ limit: 2 });
    const results = [];
    for (let count = 0; count < 4; count += 1) results.push(await spill.write(spillRecordOf()));
    expect(results).toEqual(['written', 'written', 'full', 'full']);
    expect(filesIn(spill.folder)).toHaveLength(2);
    expect(error).toHaveBeenCalledTimes(1);
  });

  it('that cannot be used fails without throwing, and says so loudly once', async () => {
    writeFileSync(join(dataDir, 'spill'), 'a file where the folder should be');
    const { spill, error } = open();
    await spill.prepare();
    expect(error).toHaveBeenCalledTimes(1);
    expect(await spill.list()).toEqual([]);
    expect(await spill.read(newId('attempt'))).toBeNull();
    await spill.remove(newId('attempt'));
    error.mockClear();
    for (let count = 0; count < 3; count += 1) expect(await spill.write(spillRecordOf())).toBe('failed');
    expect(error).toHaveBeenCalledTimes(1);
    expect(error).toHaveBeenCalledWith(expect.anything(), expect.stringContaining('it is in memory only'));
  });

  it('leaves no half-written file behind when writing fails', async () => {
    const { spill } = open();
    await spill.prepare();
    const record = spillRecordOf();
    // The rename fails: there is a folder where the file should be.
    mkdirSync(join(spill.folder, `${record.attemptId}.json`, 'in the way'), { recursive: true });
    expect(await spill.write(record)).toBe('failed');
    expect(filesIn(spill.folder)).toEqual([`${record.attemptId}.json`]);
  });

  it.each([
    ['is cut off', (text: string) => text.slice(0, -1)],
    ['has another version', (text: string) => text.replace('"version":1', '"version":2')],
    ['lacks the answer', (text: string) => text.replace('"sealed"', '"other"')],
    ['is of another attempt', (text: string) => text.replace(/att_\w+/, newId('attempt'))],
  ])('puts a file aside that %s, says so loudly, and keeps it', async (_what, spoil) => {
    const { spill, error } = open();
    const record = spillRecordOf();
    await spill.write(record);
    const file = join(spill.folder, `${record.attemptId}.json`);
    const spoiled = spoil(readFileSync(file, 'utf8'));
    writeFileSync(file, spoiled);
    expect(await spill.read(record.attemptId)).toBeNull();
    expect(filesIn(spill.folder)).toEqual([`${record.attemptId}.json.bad`]);
    expect(readFileSync(`${file}.bad`, 'utf8')).toBe(spoiled);
    expect(error).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(error.mock.calls)).not.toContain(record.sealed.toString('base64').slice(0, 20));
  });

  it('finishes what a dead writer could not give its name, and leaves a living one alone', async () => {
    const { spill } = open();
    const [dead, living] = [spillRecordOf(), spillRecordOf()];
    for (const { attemptId } of [dead, living]) {
      const file = join(spill.folder, `${attemptId}.json`);
      await spill.write(attemptId === dead.attemptId ? dead : living);
      writeFileSync(`${file}.tmp`, readFileSync(file));
      rmSync(file);
    }
    const longAgo = new Date(Date.now() - 120_000);
    utimesSync(join(spill.folder, `${dead.attemptId}.json.tmp`), longAgo, longAgo);
    await spill.list();
    expect(await spill.list()).toEqual([dead.attemptId]);
    expect(await spill.read(dead.attemptId)).toEqual(dead);
    expect(filesIn(spill.folder)).toContain(`${living.attemptId}.json.tmp`);
  });

  it('knows which answers its own process is still storing', async () => {
    const { spill } = open();
    const [kept, removed] = [spillRecordOf(), spillRecordOf()];
    await spill.write(kept);
    await spill.write(removed);
    expect(spill.isBeingStored(kept.attemptId)).toBe(true);
    expect(open().spill.isBeingStored(kept.attemptId)).toBe(false);
    spill.handOver(kept.attemptId);
    await spill.remove(removed.attemptId);
    expect([kept, removed].map(({ attemptId }) => spill.isBeingStored(attemptId))).toEqual([false, false]);
  });
});
