import { pino, type Logger } from 'pino';

interface LoggerOptions {
  readonly name: string;
  readonly level: string;
  /** Takes each line instead of standard output. */
  readonly write?: (line: string) => void;
}

/**
 * Not pino's own destination: at the end of a process it retries a broken pipe for ever, so that a process whose reader
 * was killed could never end. Writes to a pipe are synchronous here, and a reader that is gone is nobody's business.
 */
function writeToStandardOutput(line: string): void {
  if (!process.stdout.listeners('error').includes(ignore)) process.stdout.on('error', ignore);
  process.stdout.write(line);
}

function ignore(): void {}

/**
 * JSON lines, or readable ones on a terminal. Secrets are wrapped in `Secret` and never logged; the redaction is the
 * net under that.
 */
export function createLogger({ name, level, write }: LoggerOptions): Logger {
  const options = {
    name,
    level,
    redact: [
      'req.headers.authorization',
      'req.headers.cookie',
      '*.accessToken',
      '*.refreshToken',
      '*.clientSecret',
    ],
    serializers: { err: describeError },
  };
  if (write === undefined && process.stdout.isTTY) {
    return pino({ ...options, transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname' } } });
  }
  return pino(options, { write: write ?? writeToStandardOutput });
}

/** What an error is and where it came from. Driver errors quote parameters in `detail`: that is left out. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
