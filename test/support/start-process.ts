import { fileURLToPath } from 'node:url';
import { startPart, type Ending } from '../../scripts/start/part.ts';
import { eventually } from './eventually.ts';

const entries = {
  api: 'apps/api/src/server.ts',
  worker: 'apps/worker/src/worker.ts',
  sandbox: 'apps/sandbox/src/server.ts',
  migrate: 'apps/api/src/migrate.ts',
} as const;

/** A process of a real deployment, started by a test. It ends with the test's process at the latest. */
export interface TestProcess {
  readonly pid: number;
  /** What it has printed so far, line by line. */
  readonly lines: readonly string[];
  readonly ended: Promise<Ending>;
  /** SIGKILL is a crash: nothing is cleaned up. */
  kill(signal: NodeJS.Signals): Promise<Ending>;
  /** SIGTERM, then SIGKILL after 20 seconds. */
  stop(): Promise<void>;
  /** @throws Error with the log when it ends first or the line does not come in time (default 30 s) */
  waitForLine(pattern: RegExp, timeoutMs?: number): Promise<string>;
  /** The API answers 200 to /readyz; a worker has said that it is ready. */
  waitReady(timeoutMs?: number): Promise<void>;
}

/**
 * Starts one of the product's processes, or any other TypeScript file.
 * @param env all it gets besides PATH and HOME: nothing of the machine's configuration leaks into a test
 * @param onLine gets each line of its log as it comes
 */
export function startProcess(
  entry: keyof typeof entries | URL,
  env: NodeJS.ProcessEnv,
  onLine: (line: string) => void = () => {},
): TestProcess {
  const name = entry instanceof URL ? 'process' : entry;
  const file = entry instanceof URL ? entry : new URL(`../../${entries[entry]}`, import.meta.url);
  const lines: string[] = [];
  const part = startPart({
    name,
    args: [fileURLToPath(file)],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    onLine: (_name, line) => {
      lines.push(line);
      onLine(line);
    },
  });
  const until = async <T>(describe: string, check: () => T | Promise<T>, timeoutMs: number) => {
    const log = () => lines.join('\n');
    const result = await eventually(() => part.ending() ?? check(), { describe, timeoutMs }).catch(
      (error: Error) => {
        throw new Error(`${error.message}\n${log()}`, { cause: error });
      },
    );
    const ending = part.ending();
    if (ending !== null) throw new Error(`${name} ended (${ending.how}) before: ${describe}\n${log()}`);
    return result;
  };
  const waitForLine = async (pattern: RegExp, timeoutMs = 30_000) => {
    const find = () => lines.find((line) => pattern.test(line));
    await until(`${name} prints ${pattern}`, find, timeoutMs);
    return find() ?? '';
  };
  return {
    pid: part.pid,
    lines,
    ended: part.ended,
    stop: () => part.stop(),
    waitForLine,
    kill(signal) {
      part.kill(signal);
      return part.ended;
    },
    async waitReady(timeoutMs = 90_000) {
      if (name !== 'api') return void (await waitForLine(/ready/i, timeoutMs));
      const url = `http://${env['HOST'] ?? 'localhost'}:${env['PORT'] ?? 3000}/readyz`;
      await until(`${url} answers 200`, async () => (await fetch(url)).ok, timeoutMs);
    },
  };
}
