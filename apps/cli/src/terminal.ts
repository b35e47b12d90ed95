import { createInterface } from 'node:readline';
import { Writable, type Readable } from 'node:stream';
import { CommandError } from './command-error.ts';

type Input = Readable & { readonly isTTY?: boolean };

interface Terminal {
  readonly input: Input;
  /** Where questions go: not standard output, which may be piped on. */
  readonly output: Writable;
}

const here = (): Terminal => ({ input: process.stdin, output: process.stderr });

/**
 * Reads secrets: on a terminal each is asked for and not shown; else they are the lines of standard input, in this order.
 * They are never arguments, which other users of the host and the shell's history see.
 * @param labels what is asked for
 * @returns as many as were asked for, trimmed; empty where nothing was entered
 * @throws CommandError when the input ends too early
 */
export async function readSecrets(labels: readonly string[], terminal = here()): Promise<string[]> {
  const { input, output } = terminal;
  const isTerminal = input.isTTY === true;
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = openLines(input, isTerminal ? hidden : null);
  const secrets: string[] = [];
  try {
    for (const label of labels) {
      if (isTerminal) output.write(`${label} (not shown): `);
      const line = await lines.next();
      if (isTerminal) output.write('\n');
      if (line === null)
        throw new CommandError(
          `${label}: nothing was entered. It is read from standard input, a line each.`,
          2,
        );
      secrets.push(line.trim());
    }
    return secrets;
  } finally {
    lines.close();
  }
}

/**
 * Asks before something that cannot be taken back.
 * @throws CommandError unless the answer is yes, and where nobody can be asked
 */
export async function confirm(question: string, terminal = here()): Promise<void> {
  const { input, output } = terminal;
  if (input.isTTY !== true) throw new CommandError(`${question} Nobody can be asked here: add --yes.`, 2);
  const lines = openLines(input, output);
  try {
    output.write(`${question} [y/N] `);
    const answer = await lines.next();
    if (!/^y(es)?$/i.test(answer?.trim() ?? '')) throw new CommandError('Nothing was done.');
  } finally {
    lines.close();
  }
}

/** @param echo where a terminal shows what is typed; null: it is no terminal */
function openLines(input: Input, echo: Writable | null) {
  const reader = createInterface({ input, terminal: echo !== null, ...(echo && { output: echo }) });
  // Ctrl-C and Ctrl-D end the lines.
  reader.on('SIGINT', () => reader.close());
  const lines = reader[Symbol.asyncIterator]();
  return {
    next: async (): Promise<string | null> => {
      const { done, value } = await lines.next();
      return done === true ? null : value;
    },
    close: () => reader.close(),
  };
}
