import { createProgram } from './program.ts';
import { CommandError } from './command-error.ts';

try {
  await createProgram(process.env).parseAsync();
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
