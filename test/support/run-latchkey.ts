import { execFile, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { adminToken, type Stack } from './stack.ts';

export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const entry = fileURLToPath(new URL('../../apps/cli/src/latchkey.ts', import.meta.url));

/** Runs the command line as a process of its own against a stack. */
export async function runLatchkey(
  stack: Pick<Stack, 'url'>,
  args: readonly string[],
  { token = adminToken, stdin }: { token?: string; stdin?: string } = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    const child: ChildProcess = execFile(
      process.execPath,
      [entry, ...args],
      {
        env: { PATH: process.env['PATH'], LATCHKEY_URL: stack.url, LATCHKEY_TOKEN: token },
        maxBuffer: 64 * 1024 * 1024,
      },
      (_error, stdout, stderr) => resolve({ exitCode: child.exitCode, stdout, stderr }),
    );
    child.stdin?.end(stdin ?? '');
  });
}
