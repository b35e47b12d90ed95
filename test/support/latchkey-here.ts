import { Readable } from 'node:stream';
import { CommandError } from '@latchkey/cli/command-error.ts';
import { createProgram } from '@latchkey/cli/program.ts';
import { vi } from 'vitest';
import type { Ran } from './run-latchkey.ts';
import { adminToken, type Stack } from './stack.ts';

interface HereOptions {
  /** What is piped into it. */
  readonly stdin?: string;
  readonly token?: string;
  readonly env?: NodeJS.ProcessEnv;
}

class Exit extends Error {}

/** Runs the command line in this process, which takes no second even where a start of Node takes some. One at a time. */
export async function latchkeyHere(
  { url }: Pick<Stack, 'url'>,
  args: readonly string[],
  { stdin = '', token = adminToken, env = {} }: HereOptions = {},
): Promise<Ran> {
  const ran = { exitCode: 0, stdout: '', stderr: '' };
  const listen = (to: 'stdout' | 'stderr') =>
    vi.spyOn(process[to], 'write').mockImplementation((text) => {
      ran[to] += String(text);
      return true;
    });
  const spies = [
    listen('stdout'),
    listen('stderr'),
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(Readable.from([stdin]) as typeof process.stdin),
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      ran.exitCode = Number(code);
      throw new Exit();
    }),
  ];
  try {
    const program = createProgram({ LATCHKEY_URL: url, LATCHKEY_TOKEN: token, ...env });
    await program.parseAsync(['node', 'latchkey', ...args]);
  } catch (error) {
    if (error instanceof CommandError) {
      ran.exitCode = error.exitCode;
      ran.stderr += `${error.message}\n`;
    } else if (!(error instanceof Exit)) throw error;
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return ran;
}
