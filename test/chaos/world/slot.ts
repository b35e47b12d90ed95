import { setTimeout as wait } from 'node:timers/promises';
import { startProcess, type TestProcess } from '../../support/start-process.ts';
import type { Disturbances } from './disturbances.ts';

/** A place for one process of the deployment, which keeps its port and its name however often the process dies. */
export interface Slot {
  readonly name: string;
  /** Null while it is down. */
  readonly process: TestProcess | null;
  /** One fault at a time. */
  busy: boolean;
  /** Starts until it is ready, as a supervisor would. */
  start(env?: NodeJS.ProcessEnv): Promise<void>;
  /** @throws nothing; a process that is gone stays gone */
  kill(): Promise<void>;
  /** SIGTERM, and SIGKILL when it does not end in time. */
  terminate(): Promise<void>;
}

interface SlotOptions {
  readonly name: string;
  readonly entry: 'api' | 'worker';
  readonly env: NodeJS.ProcessEnv;
  readonly disturbances: Disturbances;
  readonly onLine: (name: string, line: string) => void;
}

/** Longer than a worker's own patience for what it has begun. */
const graceMs = 90_000;
const startMs = 120_000;

export function openSlot({ name, entry, env, disturbances, onLine }: SlotOptions): Slot {
  let process: TestProcess | null = null;
  const end = async (signal: NodeJS.Signals) => {
    const running = process;
    process = null;
    if (running === null) return;
    if (signal === 'SIGTERM') {
      const ended = await Promise.race([running.kill('SIGTERM'), wait(graceMs, null, { ref: false })]);
      if (ended !== null) return;
    }
    disturbances.add({ kind: `${entry}-killed`, pid: running.pid, what: name });
    await running.kill('SIGKILL');
  };
  return {
    name,
    busy: false,
    get process() {
      return process;
    },
    async start(own = {}) {
      for (const deadline = performance.now() + startMs; ; await wait(500)) {
        const started = startProcess(entry, { ...env, ...own }, (line) => onLine(name, line));
        try {
          await started.waitReady(60_000);
          process = started;
          return;
        } catch (error) {
          await started.kill('SIGKILL');
          if (performance.now() > deadline) throw error;
        }
      }
    },
    kill: () => end('SIGKILL'),
    terminate: () => end('SIGTERM'),
  };
}
