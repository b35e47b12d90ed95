import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface FoundProcess {
  readonly pid: number;
  readonly command: string;
}

/** Every process that has `marker`, such as a data directory, in its command line, its environment or as its directory. */
export function findProcesses(marker: string): FoundProcess[] {
  return (process.platform === 'linux' ? fromProc() : fromPs())
    .filter(({ pid, text }) => pid !== process.pid && text.includes(marker))
    .map(({ pid, command }) => ({ pid, command }));
}

function fromProc() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      const read = (what: () => string) => {
        try {
          return what().replaceAll('\0', ' ').trim();
        } catch {
          return ''; // it has just ended, or is another user's
        }
      };
      const command = read(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
      const environment = read(() => readFileSync(`/proc/${pid}/environ`, 'utf8'));
      // A child of PostgreSQL has neither, but works in the data directory.
      const directory = read(() => readlinkSync(`/proc/${pid}/cwd`));
      return { pid: Number(pid), command, text: `${command} ${environment} ${directory}` };
    });
}

function fromPs() {
  const lines = execFileSync('ps', ['axeww', '-o', 'pid=,command='], {
    encoding: 'utf8',
    maxBuffer: 64e6,
  }).split('\n');
  return lines.map((line) => {
    const [, pid = '', command = ''] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
    return { pid: Number(pid), command, text: command };
  });
}
