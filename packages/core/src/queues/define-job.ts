import type { z } from 'zod';

/** A job's contract, apart from its handler. */
export interface Job<N extends string, D extends z.ZodType> {
  readonly name: N;
  /** Ids only: whatever else a handler needs it reads from PostgreSQL. */
  readonly data: D;
}

export function defineJob<const N extends string, D extends z.ZodType>(job: Job<N, D>): Job<N, D> {
  return job;
}
