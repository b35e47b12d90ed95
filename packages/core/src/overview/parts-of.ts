import { sql, type RawBuilder } from 'kysely';
import type { Buckets } from './periods.ts';

/**
 * The parts of a period as a table `part (n, begins, ends)`. To look into an index once for each is cheaper than to compute
 * for each row where it belongs.
 */
export function partsOf({ from, seconds, count }: Buckets): RawBuilder<unknown> {
  return sql`(
    select n, ${from}::timestamptz + make_interval(secs => n * ${seconds}) as begins,
      ${from}::timestamptz + make_interval(secs => (n + 1) * ${seconds}) as ends
    from generate_series(0, ${count - 1}::int) n
  ) part`;
}
