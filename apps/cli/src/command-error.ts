/** What ends a command: a line for the terminal and an exit code. 1: it did not work; 2: it was asked for wrongly. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
