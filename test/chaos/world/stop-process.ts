import { spawn } from 'node:child_process';

/** A stopped process does not notice that its parent has died: whoever is left after this long lets it go on. */
const mostSeconds = 120;

/** SIGSTOP. @returns what lets it go on */
export function stopProcess(pid: number): () => void {
  const guard = spawn('sh', ['-c', 'sleep "$1"; kill -CONT "$0"', String(pid), String(mostSeconds)], {
    detached: true,
    stdio: 'ignore',
  });
  guard.unref();
  process.kill(pid, 'SIGSTOP');
  return () => {
    signal(pid, 'SIGCONT');
    // Its group: the shell and its sleep.
    if (guard.pid !== undefined) signal(-guard.pid, 'SIGKILL');
  };
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it is gone already
  }
}
