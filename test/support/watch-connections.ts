import { setTimeout as wait } from 'node:timers/promises';
import type { ScratchDatabase } from '@latchkey/core/testing/scratch-database.ts';

/** What the connections of the product's processes were seen doing, all processes together. */
export interface ConnectionPeaks {
  readonly samples: number;
  /** Open connections. */
  readonly open: number;
  /** Connections that ran a statement, or stood inside a transaction. */
  readonly busy: number;
  /** Connections whose transaction had been open for more than half a second. */
  readonly held: number;
  /** What those were doing. */
  readonly heldBy: readonly string[];
}

const everyMs = 20;

/** Looks at `pg_stat_activity` again and again until `stop`, which gives the highest numbers seen. */
export function watchConnections({ superuser }: Pick<ScratchDatabase, 'superuser'>): {
  stop(): Promise<ConnectionPeaks>;
} {
  const peaks = { samples: 0, open: 0, busy: 0, held: 0 };
  const heldBy = new Set<string>();
  const stopping = new AbortController();
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      const { rows } = await superuser.query<{
        open: number;
        busy: number;
        held: number;
        held_by: string[] | null;
      }>(
        `select count(*)::int as open, (count(*) filter (where state <> 'idle'))::int as busy,
           (count(*) filter (where xact_start < clock_timestamp() - interval '500 ms'))::int as held,
           array_agg(concat_ws(' ', application_name, state, left(query, 100)))
             filter (where xact_start < clock_timestamp() - interval '500 ms') as held_by
         from pg_stat_activity where datname = current_database() and application_name like 'latchkey%'`,
      );
      peaks.samples += 1;
      for (const name of ['open', 'busy', 'held'] as const)
        peaks[name] = Math.max(peaks[name], rows[0]?.[name] ?? 0);
      for (const one of rows[0]?.held_by ?? []) heldBy.add(one);
      await wait(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await watching;
      return { ...peaks, heldBy: [...heldBy] };
    },
  };
}
