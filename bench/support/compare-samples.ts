/** An absolute t above it is taken for a difference, as in other tests of constant time. */
export const clearT = 4.5;

/** How sure it is that two sets of durations differ, and by how much. */
export interface Comparison {
  readonly medians: readonly [number, number];
  /** Welch's t of the quicker half of both: what a machine does beside is in the slower one. */
  readonly t: number;
  /** From how much on a difference would be clear. */
  readonly visible: number;
  /** Mann–Whitney's U as a z-score: about normal where both come from one distribution. */
  readonly z: number;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

function welch(one: readonly number[], other: readonly number[]): Pick<Comparison, 't' | 'visible'> {
  // One cut for both: cutting each by itself would hide a shift.
  const cut = quantile([...one, ...other], 0.5);
  const [a, b] = [one.filter((value) => value <= cut), other.filter((value) => value <= cut)];
  const error = Math.sqrt(variance(a) / a.length + variance(b) / b.length);
  return { t: (mean(a) - mean(b)) / error, visible: clearT * error };
}

function mannWhitney(one: readonly number[], other: readonly number[]): number {
  const all = [
    ...one.map((value) => ({ value, mine: true })),
    ...other.map((value) => ({ value, mine: false })),
  ].toSorted((a, b) => a.value - b.value);
  const ranks = all.reduce((sum, { mine }, index) => sum + (mine ? index + 1 : 0), 0);
  const [n, m] = [one.length, other.length];
  const u = ranks - (n * (n + 1)) / 2;
  return (u - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12);
}

export function compareSamples(one: readonly number[], other: readonly number[]): Comparison {
  return {
    medians: [quantile(one, 0.5), quantile(other, 0.5)],
    ...welch(one, other),
    z: mannWhitney(one, other),
  };
}
