import { periods, type Overview, type Period } from '@latchkey/core/overview';
import { z } from 'zod';
import { time, toTime } from '../schemas.ts';

const periodNames = Object.keys(periods) as [Period, ...Period[]];
const milliseconds = z.number().nullable();

export const overviewQuery = z.object({ period: z.enum(periodNames).default('24h') });

const bucketSchema = z
  .object({
    at: time.describe('When this part of the period begins.'),
    refreshes: z
      .object({
        succeeded: z.int(),
        rejected: z.int(),
        unknown: z.int().describe('No answer came, and nobody knows what the provider did.'),
        notSent: z.int(),
        inFlight: z.int(),
      })
      .describe('Presentations of refresh tokens that began in it.'),
    leases: z.object({
      issued: z.int(),
      perMinute: z.number(),
      estimated: z.boolean().describe('5000 were counted, and the rest inferred from them.'),
    }),
    jobs: z
      .object({
        finished: z.int(),
        waitP50Ms: milliseconds,
        waitP95Ms: milliseconds,
        runP50Ms: milliseconds,
        runP95Ms: milliseconds,
      })
      .describe(
        'From being made to the begin, without exchanges of codes; from begin to end, of those with one attempt. Of up to 2000 per part; null: none.',
      ),
    backlog: z
      .object({ oldestSeconds: z.number() })
      .describe('How long the work that waited longest had waited.'),
  })
  .meta({ id: 'OverviewBucket' });

const counts = z.object({
  pending: z.int(),
  active: z.int(),
  reauthorization_required: z.int(),
  invalid: z.int(),
  revoking: z.int(),
});

export const overviewSchema = z
  .object({
    period: z.enum(periodNames),
    from: time,
    to: time.describe('The end of the last part, which is not over yet.'),
    bucketSeconds: z.int(),
    buckets: z.array(bucketSchema).describe('Of the whole workspace, oldest first, all of the same length.'),
    credentials: z
      .object({ total: z.int(), byStatus: counts, refreshFailing: z.int() })
      .describe('Those that the caller sees.'),
    needSomeone: z
      .object({ total: z.int(), user: z.int(), admin: z.int() })
      .describe('Of those credentials, by who must act; the list of them is `?needs=` of the credentials.'),
  })
  .meta({ id: 'Overview', description: 'How a workspace does.' });

export function overviewBody(overview: Overview): z.output<typeof overviewSchema> {
  const { period, from, to, bucketSeconds, buckets } = overview;
  const { needSomeone, total, byStatus, refreshFailing } = overview.credentials;
  return {
    period,
    from: toTime(from),
    to: toTime(to),
    bucketSeconds,
    buckets: buckets.map(({ at, refreshes, leases, jobs, backlog }) => ({
      at: toTime(at),
      refreshes,
      leases,
      jobs,
      backlog,
    })),
    credentials: { total, byStatus, refreshFailing },
    needSomeone,
  };
}
