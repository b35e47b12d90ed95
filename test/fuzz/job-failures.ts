/** Where jobs failed in a way that nobody expected, from lines of the log. */
export function jobFailures(lines: readonly string[]): string[] {
  return lines
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => /^A job failed unexpectedly|^That a job failed/.test(msg))
    .map(
      ({ msg, job, error }) => `${msg}: ${job}: ${error?.type} ${error?.code ?? ''} ${placeOf(error?.stack)}`,
    );
}

/** The first line of a stack that is ours. */
export function placeOf(stack = ''): string {
  return /(?:packages|apps)\/[^)\n]*/.exec(stack)?.[0] ?? '';
}
