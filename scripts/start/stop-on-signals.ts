interface Stop {
  /** Stops all parts in order and exits. */
  readonly stop: (exitCode: number, message?: string) => void;
  /** Ends all parts at once. */
  readonly kill: () => void;
}

/** npm passes on the Ctrl-C that the terminal has already sent: the second within this time is the same one. */
const sameKeyPressMs = 1_000;

/** Ctrl-C, SIGTERM, SIGHUP, a closed terminal or a killed npm stop everything; a second Ctrl-C does not wait. */
export function stopOnSignals({ stop, kill }: Stop): void {
  let first: number | null = null;
  const onSignal = () => {
    if (first === null) {
      first = Date.now();
      stop(0, 'Stopping …');
    } else if (Date.now() - first > sameKeyPressMs) {
      kill();
      process.exit(1);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => stop(1));
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop(1);
  }, 1_000).unref();
}
