import * as z from 'zod/mini';

/** How far back a list goes: the last so many milliseconds. */
export const periods = {
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
} as const;

export type PeriodName = keyof typeof periods;

const time = z.catch(z.optional(z.iso.datetime()), undefined);

/** What of a period stands in the address: how far back, or two fixed ends (ISO 8601, UTC). */
export const periodSearch = {
  period: z.catch(z.optional(z.enum(Object.keys(periods) as [PeriodName, ...PeriodName[]])), undefined),
  from: time,
  to: time,
};

export interface PeriodSearch {
  readonly period?: PeriodName | undefined;
  /** Inclusive. */
  readonly from?: string | undefined;
  /** Exclusive. */
  readonly to?: string | undefined;
}

/** A fixed range has an end, and so nothing new ever comes into it. */
export function isFixed({ from, to }: PeriodSearch): boolean {
  return from !== undefined || to !== undefined;
}

/** The ends that the API is asked for. @param now milliseconds since 1970 */
export function rangeOf(
  { period, from, to }: PeriodSearch,
  now: number,
): { readonly from?: string | undefined; readonly to?: string | undefined } {
  if (isFixed({ from, to })) return { from, to };
  return period === undefined ? {} : { from: new Date(now - periods[period]).toISOString() };
}
