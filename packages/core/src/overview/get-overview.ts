import type { Context } from '../context.ts';
import { countCredentials, type CredentialCounts } from './count-credentials.ts';
import { periods, type Period } from './periods.ts';
import { readCharts, type Charts } from './read-charts.ts';

export interface Overview extends Charts {
  readonly credentials: CredentialCounts;
}

/** Of so many workspaces and periods the charts are kept; a workspace has three. */
const mostKept = 300;

interface Kept {
  readonly charts: Promise<Charts>;
  readonly until: number;
}

/**
 * How a workspace does: charts of the whole of it, and counts of the credentials that the actor sees. Charts look at every
 * job of a period, so all who ask a process within `periods[…].keptSeconds` share one answer; counts are of this moment.
 */
export function openOverviews(): (ctx: Context, input: { period: Period }) => Promise<Overview> {
  const kept = new Map<string, Kept>();

  function chartsOf(ctx: Context, period: Period): Promise<Charts> {
    const key = `${ctx.workspaceId} ${period}`;
    const found = kept.get(key);
    if (found !== undefined && performance.now() < found.until) return found.charts;
    const charts = readCharts(ctx, period);
    charts.catch(() => kept.delete(key));
    kept.delete(key);
    kept.set(key, { charts, until: performance.now() + periods[period].keptSeconds * 1000 });
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return charts;
  }

  return async (ctx, { period }) => ({
    ...(await chartsOf(ctx, period)),
    credentials: await countCredentials(ctx),
  });
}
