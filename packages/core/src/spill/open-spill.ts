import { access, constants, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { draftOf, finishDraft, makeFolder, writeDurably } from './durable-file.ts';
import { encodeRecord, parseRecord, type SpillRecord } from './spill-record.ts';

/** About 2 kB each. One file is one refresh that was answered while the database was away. */
export const mostFiles = 10_000;

/** A writer that hangs for longer is not waited for. */
const writerSeconds = 60;

/** What does not work is told of once in this time. */
const complaintSeconds = 60;

const extension = '.json';

/** Token answers that the database could not take, in files of this host: they outlive the process and a reboot. */
export interface Spill {
  readonly folder: string;
  /** Makes the folder, and says loudly when it cannot be used: better at the start than in an outage. */
  prepare(): Promise<void>;
  /** Durable once it says `written`. Never throws: what was not written is still in memory. */
  write(record: SpillRecord): Promise<'written' | 'full' | 'failed'>;
  /** Once the database has the answer. Never throws: a file that stays is replayed, which changes nothing. */
  remove(attemptId: string): Promise<void>;
  /** The writer gives up: from now on it is for the replay to store the answer. */
  handOver(attemptId: string): void;
  /** Whether the writer is in this process and still at it, for a minute at most. */
  isBeingStored(attemptId: string): boolean;
  /** Attempts with a file, oldest first. */
  list(): Promise<string[]>;
  /** Null when there is no file. One that makes no sense is put aside as `<attempt>.json.bad`, never deleted. */
  read(attemptId: string): Promise<SpillRecord | null>;
}

/** Touches nothing before the first use. */
export function openSpill(
  dataDir: string,
  log: Pick<Logger, 'error'>,
  { limit = mostFiles }: { limit?: number } = {},
): Spill {
  const folder = join(dataDir, 'spill');
  const fileOf = (attemptId: string) => join(folder, attemptId + extension);
  const writers = new Map<string, number>();
  const silentUntil = new Map<string, number>();
  const complain = (details: object, message: string) => {
    if (performance.now() < (silentUntil.get(message) ?? -Infinity)) return;
    silentUntil.set(message, performance.now() + complaintSeconds * 1000);
    log.error({ folder, ...details }, message);
  };
  return {
    folder,
    async prepare() {
      try {
        await makeFolder(folder);
        await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
      } catch (err) {
        complain({ err }, 'the spill folder cannot be used: in an outage, answers are in memory only');
      }
    },
    async write(record) {
      try {
        await makeFolder(folder);
        const files = (await readdir(folder)).length;
        if (files >= limit) {
          complain({ files }, 'the spill folder is full: a token answer is in memory only');
          return 'full';
        }
        await writeDurably(fileOf(record.attemptId), encodeRecord(record));
        writers.set(record.attemptId, performance.now());
        return 'written';
      } catch (err) {
        complain({ err }, 'a token answer could not be written to the spill folder: it is in memory only');
        return 'failed';
      }
    },
    async remove(attemptId) {
      writers.delete(attemptId);
      try {
        await rm(fileOf(attemptId), { force: true });
      } catch (err) {
        complain({ err }, 'a spill file that is not needed any more could not be removed');
      }
    },
    handOver: (attemptId) => void writers.delete(attemptId),
    isBeingStored(attemptId) {
      return performance.now() - (writers.get(attemptId) ?? -Infinity) < writerSeconds * 1000;
    },
    async list() {
      try {
        const names = await readdir(folder);
        await finishDrafts(folder, names);
        return names
          .filter((name) => name.endsWith(extension))
          .map((name) => name.slice(0, -extension.length))
          .toSorted();
      } catch (err) {
        if (!isMissing(err)) complain({ err }, 'the spill folder cannot be read');
        return [];
      }
    },
    async read(attemptId) {
      const file = fileOf(attemptId);
      let text: string;
      try {
        text = await readFile(file, 'utf8');
      } catch (err) {
        if (!isMissing(err)) complain({ err }, 'a spill file cannot be read');
        return null;
      }
      try {
        return parseRecord(text, attemptId);
      } catch {
        // Not with the error: it could quote the file.
        log.error({ file }, 'a spill file makes no sense and is put aside: the token in it may be lost');
        await rename(file, `${file}.bad`).catch(() => undefined);
        return null;
      }
    },
  };
}

/** What they become is listed the next time. */
async function finishDrafts(folder: string, names: readonly string[]): Promise<void> {
  const ending = draftOf(extension);
  for (const name of names.filter((each) => each.endsWith(ending))) {
    // Whoever wrote it, or another worker, may be faster.
    await finishDraft(join(folder, name.slice(0, extension.length - ending.length))).catch(() => undefined);
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
