import { createWriteStream, mkdirSync, readFileSync, readdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** One file per process name. */
export interface Logs {
  readonly folder: string;
  write(name: string, line: string): void;
  /** The last lines of each, for a run that failed. */
  tails(lines: number): string;
  close(): Promise<void>;
}

export function openLogs(folder: string): Logs {
  mkdirSync(folder, { recursive: true });
  const streams = new Map<string, WriteStream>();
  return {
    folder,
    write(name, line) {
      const stream = streams.get(name) ?? createWriteStream(join(folder, `${name}.log`), { flags: 'a' });
      streams.set(name, stream);
      stream.write(`${line}\n`);
    },
    tails: (lines) =>
      readdirSync(folder)
        .map((file) => {
          const text = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');
          return `--- ${join(folder, file)}\n${text.slice(-lines).join('\n')}`;
        })
        .join('\n'),
    async close() {
      await Promise.all([...streams.values()].map((stream) => new Promise((done) => stream.end(done))));
    },
  };
}
