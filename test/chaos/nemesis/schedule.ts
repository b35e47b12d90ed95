import { chaosProviders } from '../lab.ts';
import type { LabProvider } from '../../support/lab-providers.ts';
import type { Random } from '../random.ts';

/** One fault to come. Everything random about it is decided beforehand. */
export interface Strike {
  readonly kind: string;
  /** After the start of the faults. */
  readonly atMs: number;
  /** Chooses among the processes that there are. */
  readonly index: number;
  readonly durationMs: number;
  readonly provider: LabProvider;
  /** Requests that a provider's fault hits. */
  readonly times: number;
}

/** Pause between two faults. */
const gapMs = [600, 3_200] as const;

/**
 * Draws all kinds like cards from a shuffled deck: each comes once before any comes again.
 * @param durations of each kind, shortest and longest, in milliseconds
 */
export function planStrikes(
  random: Random,
  seconds: number,
  durations: Readonly<Record<string, readonly [number, number]>>,
): Strike[] {
  const strikes: Strike[] = [];
  let deck: string[] = [];
  for (let atMs = random.integer(...gapMs); atMs < seconds * 1000; atMs += random.integer(...gapMs)) {
    if (deck.length === 0) deck = random.shuffle(Object.keys(durations));
    const kind = deck.pop() ?? '';
    const [min, max] = durations[kind] ?? [0, 0];
    strikes.push({
      kind,
      atMs,
      index: random.integer(0, 99),
      durationMs: random.integer(min, max),
      provider: random.pick(chaosProviders),
      times: random.integer(1, 3),
    });
  }
  return strikes;
}
