import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A helper of a benchmark in a process of its own, that ends with this one. */
export interface SideProcess {
  readonly pid: number;
  /** The next line that it prints. */
  line(): Promise<string>;
  end(): Promise<void>;
}

export function startSide(file: string, args: readonly string[] = []): SideProcess {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [script, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    async line() {
      const [data] = (await once(child.stdout ?? child, 'data')) as [Buffer];
      return data.toString().trim();
    },
    async end() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

interface FloodTarget {
  readonly port: string;
  readonly perSecond: number;
  /** How many addresses it seems to come from, as a proxy would pass them on; 0: its own. */
  readonly addresses: number;
}

/** Wrong tokens at a steady rate until it is stopped. @returns what was sent and answered, when `stop` is called */
export function startFlood({ port, perSecond, addresses }: FloodTarget) {
  const side = startSide('./flood-process.ts', [
    `--port=${port}`,
    `--per-second=${perSecond}`,
    `--addresses=${addresses}`,
  ]);
  return {
    async stop(): Promise<{ sent: number; seconds: number; statuses: Record<string, number> }> {
      const line = side.line();
      const ended = side.end();
      const result = JSON.parse(await line);
      await ended;
      return result;
    },
  };
}
