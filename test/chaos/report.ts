import { policies } from './history.ts';
import type { ChaosOutcome } from './run-chaos.ts';
import { summarize } from './summary.ts';

/** What a person reads: figures, then every violation, then one word. */
export function report(outcome: ChaosOutcome): string {
  const { options, skipped, violations, logs } = outcome;
  const summary = summarize(outcome);
  const { asked, servedShare, p99Milliseconds } = summary.leases;
  const converged = summary.convergedAfterSeconds;
  const rows: [string, string][] = [
    [
      'run',
      `${options.seconds} s, seed ${options.seed}, ${options.transport}, ${options.apis} API, ${options.workers} workers, ${options.variant}`,
    ],
    ['faults', listed(summary.disturbances)],
    ['faults left out', listed(Object.fromEntries(skipped))],
    ...policies.map((policy): [string, string] => [`requests, ${policy}`, listed(summary.refreshes[policy])]),
    ['attempts', listed(summary.attempts)],
    ['unknown outcomes', `${summary.unknown}; presented again after one: ${summary.takeovers}`],
    [
      'tokens lost',
      policies
        .map((policy) => `${policy} ${summary.lost[policy]} of ${summary.credentials[policy]}`)
        .join(', '),
    ],
    ['most in flight', `${summary.mostInFlight} per grant`],
    ['at rest after', converged === null ? 'never' : `${converged.toFixed(1)} s`],
    ['leases', `${asked} asked for, ${(servedShare * 100).toFixed(1)} % served, p99 ${p99Milliseconds} ms`],
    ['calls', listed(summary.calls)],
  ];
  const table = rows.map(([name, value]) => `${name.padEnd(20)}${value}`).join('\n');
  if (violations.length === 0) return `${table}\n\nPASS`;
  return `${table}\n\n${describe(violations)}\n\nLogs: ${logs}\nFAIL: ${violations.length} violations`;
}

/** More of one kind say no more. */
const mostOfAKind = 5;

function describe(violations: ChaosOutcome['violations']): string {
  return [...Map.groupBy(violations, ({ invariant }) => invariant)]
    .map(([invariant, same]) => {
      const shown = same
        .slice(0, mostOfAKind)
        .map(({ text, evidence }) => `${invariant}: ${text}\n${JSON.stringify(evidence, null, 1)}`);
      const left = same.length - shown.length;
      return [...shown, ...(left > 0 ? [`${invariant}: and ${left} more`] : [])].join('\n');
    })
    .join('\n\n');
}

function listed(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  return entries.length === 0 ? 'none' : entries.map(([name, count]) => `${name} ${count}`).join(', ');
}
