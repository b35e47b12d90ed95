/**
 * Runs a program that knows nothing of its parent, such as PostgreSQL, and ends it when the parent is gone.
 * Arguments: stop signal, uid and gid (or `-`), then the program and its own arguments.
 */
import { spawn } from 'node:child_process';

const graceMs = 8_000;
const [stopSignal, uid, gid, program, ...args] = process.argv.slice(2);
if (program === undefined) throw new Error('guard: no program given');

const child = spawn(program, args, {
  stdio: ['ignore', 'inherit', 'inherit'],
  ...(uid !== '-' && { uid: Number(uid), gid: Number(gid) }),
});

let stopping = false;
function stop(): void {
  if (stopping) return;
  stopping = true;
  child.kill(stopSignal as NodeJS.Signals);
  setTimeout(() => child.kill('SIGKILL'), graceMs);
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'disconnect'] as const) process.on(signal, stop);
child.on('error', (error) => {
  process.stderr.write(`${program} cannot be run: ${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? (signal === stopSignal ? 0 : 1)));
