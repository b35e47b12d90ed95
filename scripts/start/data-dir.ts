import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { processIdentity } from './process-identity.ts';
import { StopError } from './stop-error.ts';

/**
 * Creates the data directory and makes it this process's own until it ends.
 * @returns the absolute path
 * @throws StopError when another instance uses it or it cannot be written
 */
export function claimDataDir(path: string): string {
  const dataDir = resolve(path);
  const lock = join(dataDir, 'start.lock');
  const draft = `${lock}.${process.pid}`;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(draft, `${process.pid} ${processIdentity(process.pid) ?? ''}`, { mode: 0o600 });
  } catch (error) {
    throw new StopError(`DATA_DIR: ${dataDir} cannot be written: ${(error as Error).message}`);
  }
  try {
    const holder = readHolder(lock);
    if (holder?.alive) {
      throw new StopError(
        `Latchkey already runs on ${dataDir} (process ${holder.pid}). Stop it, or set another DATA_DIR and PORT.`,
      );
    }
    rmSync(lock, { force: true });
    linkSync(draft, lock);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new StopError(`Latchkey has just been started on ${dataDir} by another command.`);
  } finally {
    rmSync(draft, { force: true });
  }
  process.once('exit', () => rmSync(lock, { force: true }));
  return dataDir;
}

function readHolder(lock: string): { pid: number; alive: boolean } | null {
  try {
    const [pid, identity] = readFileSync(lock, 'utf8').split(' ');
    return { pid: Number(pid), alive: processIdentity(Number(pid)) === identity };
  } catch {
    return null;
  }
}
