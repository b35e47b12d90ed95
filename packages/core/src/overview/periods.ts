/** How long to look back, in how many parts, and how old an answer may be. */
export const periods = {
  '1h': { buckets: 60, bucketSeconds: 60, keptSeconds: 5 },
  '24h': { buckets: 96, bucketSeconds: 900, keptSeconds: 15 },
  '7d': { buckets: 84, bucketSeconds: 7_200, keptSeconds: 60 },
} as const;

export type Period = keyof typeof periods;

/** Parts of equal length, aligned to the hour so that they stay what they are; the last one is not over yet. */
export interface Buckets {
  readonly from: Date;
  readonly to: Date;
  readonly count: number;
  readonly seconds: number;
}

export function bucketsOf(period: Period, now: Date): Buckets {
  const { buckets: count, bucketSeconds: seconds } = periods[period];
  const length = seconds * 1000;
  const to = new Date((Math.floor(now.getTime() / length) + 1) * length);
  return { from: new Date(to.getTime() - count * length), to, count, seconds };
}

/** When the part of this number begins. */
export function beginningOf({ from, seconds }: Buckets, index: number): Date {
  return new Date(from.getTime() + index * seconds * 1000);
}
