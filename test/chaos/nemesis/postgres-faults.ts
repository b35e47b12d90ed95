import { setTimeout as wait } from 'node:timers/promises';
import { exclusively, type FaultKinds } from './fault-kind.ts';

export const postgresFaults: FaultKinds = {
  'postgres-cut-connections': {
    duration: [0, 0],
    strike: async ({ postgres, disturbances }) => {
      await disturbances.during({ kind: 'postgres-cut', pid: null, what: 'all connections' }, async () => {
        await postgres.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where backend_type = 'client backend' and pid <> pg_backend_pid()`,
        );
      });
      return true;
    },
  },
  'postgres-crash': {
    duration: [3_000, 10_000],
    strike: (world, { durationMs }) =>
      exclusively(world, 'postgres', () =>
        world.disturbances.during(
          { kind: 'postgres-crashed', pid: null, what: 'immediate mode' },
          async () => {
            await world.postgres.crash();
            await wait(durationMs);
            await world.postgres.start();
          },
        ),
      ),
  },
};
