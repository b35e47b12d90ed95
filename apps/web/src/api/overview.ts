import type { Overview } from '@latchkey/api/answers.ts';
import { call } from './call.ts';

export type OverviewPeriod = Overview['period'];

export function getOverview(period: OverviewPeriod, signal?: AbortSignal): Promise<Overview> {
  return call('GET', '/v1/overview', { query: { period }, signal });
}
