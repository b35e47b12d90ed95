import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { commandLine } from './process-identity.ts';
import { StopError } from './stop-error.ts';

const patienceMs = 10_000;

/**
 * Clears what a killed start may have left: a server on this data directory, or its pid file.
 * The caller holds the data directory, so whoever still uses it has lost its parent.
 * @throws StopError when that server does not end
 */
export async function removeLeftoverServer(data: string): Promise<void> {
  const pidFile = join(data, 'postmaster.pid');
  const pid = readPid(pidFile);
  if (pid === null) return;
  const deadline = Date.now() + patienceMs;
  while (isServerOf(pid, data)) {
    if (Date.now() > deadline)
      throw new StopError(`A PostgreSQL of an earlier start does not end (process ${pid}).`);
    process.kill(pid, 'SIGINT');
    await wait(100);
  }
  // The id may be another program's by now; PostgreSQL would take that for a running server.
  rmSync(pidFile, { force: true });
}

function readPid(pidFile: string): number | null {
  try {
    return Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  } catch {
    return null;
  }
}

function isServerOf(pid: number, data: string): boolean {
  return ` ${commandLine(pid)} `.includes(` -D ${data} `);
}
