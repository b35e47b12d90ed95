import type { CloudEvent, Page } from '@latchkey/api/answers.ts';
import { call, type Query } from './call.ts';

export function listEvents(query: Query, signal?: AbortSignal): Promise<Page<CloudEvent>> {
  return call('GET', '/v1/events', { query, signal });
}
