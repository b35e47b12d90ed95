import { mostInFlight } from './check/in-flight.ts';
import { lostTokens } from './check/lost-tokens.ts';
import { policies, type History, type Policy } from './history.ts';
import type { ChaosOutcome } from './run-chaos.ts';

/** The figures of a run. */
export interface Summary {
  readonly disturbances: Readonly<Record<string, number>>;
  readonly refreshes: Readonly<Record<Policy, Readonly<Record<string, number>>>>;
  readonly attempts: Readonly<Record<string, number>>;
  readonly unknown: number;
  readonly takeovers: number;
  readonly credentials: Readonly<Record<Policy, number>>;
  readonly lost: Readonly<Record<Policy, number>>;
  readonly mostInFlight: number;
  readonly convergedAfterSeconds: number | null;
  readonly leases: { readonly asked: number; readonly servedShare: number; readonly p99Milliseconds: number };
  readonly calls: Readonly<Record<string, number>>;
}

export function summarize({ history, convergedAfterSeconds }: ChaosOutcome): Summary {
  const { presentations, attempts, disturbances, answers, grants } = history;
  const lost = lostTokens(history);
  return {
    disturbances: count(disturbances.map(({ kind }) => kind)),
    refreshes: byPolicy((policy) =>
      count(presentations.filter((each) => each.policy === policy).map(outcomeOf)),
    ),
    attempts: count(attempts.map(({ ends }) => ends.at(-1)?.state ?? 'presented')),
    unknown: attempts.filter(({ ends }) => ends.some(({ state }) => state === 'unknown')).length,
    takeovers: attempts.filter(({ takeover }) => takeover).length,
    credentials: byPolicy(
      (policy) =>
        new Set(
          grants
            .filter((grant) => grant.policy === policy && grant.credentialId !== null)
            .map(({ credentialId }) => credentialId),
        ).size,
    ),
    lost: byPolicy((policy) => lost.filter((write) => write.policy === policy).length),
    mostInFlight: mostInFlight(history),
    convergedAfterSeconds,
    leases: leasesOf(history),
    calls: count(
      answers.map(
        ({ operation, status, code }) =>
          `${operation} ${status ?? 'no answer'}${code === null ? '' : ` ${code}`}`,
      ),
    ),
  };
}

function outcomeOf({ issued, delivered, error, status }: History['presentations'][number]): string {
  if (issued !== null) return delivered ? 'answered' : 'answer lost';
  return error ?? (status === null ? 'no answer' : `http ${status}`);
}

function leasesOf({ answers }: History): Summary['leases'] {
  const asked = answers.filter(({ operation }) => operation === 'lease');
  const served = asked.filter(({ status }) => status === 200);
  const sorted = served.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
  return {
    asked: asked.length,
    servedShare: asked.length === 0 ? 0 : served.length / asked.length,
    p99Milliseconds: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
  };
}

function byPolicy<T>(value: (policy: Policy) => T): Record<Policy, T> {
  return Object.fromEntries(policies.map((policy) => [policy, value(policy)])) as Record<Policy, T>;
}

function count(names: readonly string[]): Record<string, number> {
  const groups = [...Map.groupBy(names, (name) => name)].map(([name, same]) => [name, same.length] as const);
  return Object.fromEntries(groups.toSorted(([a], [b]) => a.localeCompare(b)));
}
