import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes the folder, for this user alone, in a way that outlives a power failure. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first !== undefined) await syncFolder(dirname(first));
}

export const draftOf = (file: string) => `${file}.tmp`;

/**
 * Writes a file that is there as a whole or not at all. Once this has returned it outlives a power failure.
 * Only one process may write a file of that name.
 */
export async function writeDurably(file: string, text: string): Promise<void> {
  const draft = draftOf(file);
  await rm(draft, { force: true });
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(file));
}

/** Longer than anybody takes to write a file. */
const abandonedSeconds = 60;

/** Gives a draft its name whose writer died before it could: it may be complete. */
export async function finishDraft(file: string): Promise<void> {
  const draft = draftOf(file);
  const { mtimeMs } = await stat(draft);
  if (Date.now() - mtimeMs < abandonedSeconds * 1000) return;
  await link(draft, file);
  await rm(draft);
}

/** A file's name is durable only once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
