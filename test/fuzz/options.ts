export const areas = ['api', 'answers'] as const;

/** `api`: requests to the API. `answers`: what providers answer, and what comes back in callbacks. */
export type Area = (typeof areas)[number];

export interface FuzzOptions {
  readonly areas: readonly Area[];
  readonly seed: number;
  /** How long each area is fuzzed. */
  readonly minutes: number;
  /** Called with a line of progress now and then. */
  readonly say: (line: string) => void;
}
