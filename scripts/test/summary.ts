import type { Outcome } from './read-report.ts';

/** Tests that a run left out as a whole. */
export interface Skipped {
  readonly what: string;
  readonly count: number;
  readonly why: string;
}

/**
 * Names what was skipped, then prints the line that everybody looks for.
 * @returns the exit code
 */
export function printSummary(outcome: Outcome, left: readonly Skipped[]): number {
  const skipped = outcome.skipped.length + left.reduce((sum, { count }) => sum + count, 0);
  console.log();
  for (const name of outcome.skipped) console.log(`skipped: ${name} (marked so in its file)`);
  for (const { what, why } of left) console.log(`SKIPPED: ${what}: ${why}`);
  console.log(`${outcome.passed} passed, ${outcome.failed} failed, ${skipped} skipped`);
  return outcome.failed > 0 || outcome.passed === 0 ? 1 : 0;
}
