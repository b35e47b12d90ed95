import type { Context } from '../context.ts';
import { databaseTime } from '../db/index.ts';
import { backlogAges } from './backlog-ages.ts';
import { beginningOf, bucketsOf, type Period } from './periods.ts';
import { readJobs, readWaiting, type JobTimes } from './read-jobs.ts';
import { readLeases, type LeaseCount } from './read-leases.ts';
import { readRefreshes, type RefreshCounts } from './read-refreshes.ts';

interface ChartBucket {
  readonly at: Date;
  readonly refreshes: RefreshCounts;
  readonly leases: LeaseCount & { readonly perMinute: number };
  readonly jobs: JobTimes;
  readonly backlog: { readonly oldestSeconds: number };
}

export interface Charts {
  readonly period: Period;
  readonly from: Date;
  readonly to: Date;
  readonly bucketSeconds: number;
  readonly buckets: ChartBucket[];
}

const noRefreshes: RefreshCounts = { succeeded: 0, rejected: 0, unknown: 0, notSent: 0, inFlight: 0 };
const noLeases: LeaseCount = { issued: 0, estimated: false };
const noJobs: JobTimes = {
  finished: 0,
  waitP50Ms: null,
  waitP95Ms: null,
  runP50Ms: null,
  runP95Ms: null,
};

/** What came of refreshes, leases, how long work waited and took, and how old the backlog was, over a period. */
export async function readCharts(ctx: Pick<Context, 'em' | 'workspaceId'>, period: Period): Promise<Charts> {
  const now = await databaseTime(ctx.em);
  const buckets = bucketsOf(period, now);
  const refreshes = await readRefreshes(ctx, buckets);
  const leases = await readLeases(ctx, buckets);
  const jobs = await readJobs(ctx, buckets);
  const ages = backlogAges(buckets, [...jobs.waits, ...(await readWaiting(ctx))], now);
  return {
    period,
    from: buckets.from,
    to: buckets.to,
    bucketSeconds: buckets.seconds,
    buckets: ages.map((oldestSeconds, index) => {
      const at = beginningOf(buckets, index);
      const issued = leases.get(index) ?? noLeases;
      // The last part is not over yet, and a rate of its first seconds says nothing.
      const seconds = Math.min(buckets.seconds, Math.max(60, (now.getTime() - at.getTime()) / 1000));
      return {
        at,
        refreshes: refreshes.get(index) ?? noRefreshes,
        leases: { ...issued, perMinute: (issued.issued * 60) / seconds },
        jobs: jobs.times.get(index) ?? noJobs,
        backlog: { oldestSeconds },
      };
    }),
  };
}
