import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { CommandError } from '../../command-error.ts';

/** The lines of a file, or of standard input for `-`. @throws CommandError when it cannot be read */
export async function* readLines(file: string): AsyncGenerator<string> {
  if (file === '-') {
    yield* createInterface({ input: process.stdin, crlfDelay: Infinity });
    return;
  }
  const opened = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${file} cannot be read (${error.code ?? error.message}).`, 2);
  });
  try {
    yield* opened.readLines();
  } finally {
    await opened.close();
  }
}
