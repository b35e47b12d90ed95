import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

export interface PartOptions {
  /** Shown before each line of its log. */
  readonly name: string;
  /** Arguments of Node: the file to run and what follows it. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly onLine: (name: string, line: string) => void;
  /** How long it may take to end before it is killed. */
  readonly graceMs?: number;
  /** Clears what it may leave behind; it counts as ended after that. */
  readonly clear?: () => Promise<void>;
}

export interface Ending {
  readonly success: boolean;
  /** In words: `exit code 1`, `killed by SIGKILL`. */
  readonly how: string;
}

/** A child process that ends when this process does. */
export interface Part {
  readonly name: string;
  readonly pid: number;
  readonly ended: Promise<Ending>;
  /** How it has ended, or null while it runs. */
  ending(): Ending | null;
  /** Asks it to end, kills it when it does not, and waits. */
  stop(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

const lastWordsMs = 500;
const leaveWithParent = new URL('leave-with-parent.ts', import.meta.url).href;

/** Starts a Node process in a session of its own: a Ctrl-C reaches the supervisor only, which stops the parts in order. */
export function startPart({
  name,
  args,
  env,
  onLine,
  graceMs = 20_000,
  clear = async () => {},
}: PartOptions): Part {
  const child = spawn(process.execPath, ['--import', leaveWithParent, ...args], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  readLines(child.stdout, (line) => onLine(name, line));
  readLines(child.stderr, (line) => onLine(name, line));
  let ending: Ending | null = null;
  const ended = new Promise<Ending>((resolve) => {
    child.once('error', (error) => resolve({ success: false, how: error.message }));
    child.once('exit', (code, signal) => {
      const outcome = {
        success: code === 0,
        how: signal === null ? `exit code ${code}` : `killed by ${signal}`,
      };
      // Its last words may still be on their way; a program it has left behind may keep the pipe open for ever.
      const lastWords = Promise.race([new Promise((done) => child.once('close', done)), wait(lastWordsMs)]);
      void Promise.all([lastWords, clear()]).finally(() => resolve(outcome));
    });
  });
  void ended.then((how) => (ending = how));
  return {
    name,
    pid: child.pid ?? -1,
    ended,
    ending: () => ending,
    kill: (signal) => child.kill(signal),
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

function readLines(stream: Readable | null, onLine: (line: string) => void): void {
  if (stream === null) return; // it could not be started
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}
