import type { Page, QueueJob, QueueList, Retried } from '@latchkey/api/answers.ts';
import { call, type Query } from './call.ts';

export type QueueName = QueueList['items'][number]['name'];

export function listQueues(signal?: AbortSignal): Promise<QueueList> {
  return call('GET', '/v1/queues', { signal });
}

export function listJobs(name: QueueName, query: Query, signal?: AbortSignal): Promise<Page<QueueJob>> {
  return call('GET', `/v1/queues/${name}/jobs`, { query, signal });
}

export function pauseQueue(name: QueueName): Promise<unknown> {
  return call('POST', `/v1/queues/${name}/pause`);
}

export function resumeQueue(name: QueueName): Promise<unknown> {
  return call('POST', `/v1/queues/${name}/resume`);
}

/** Queues again what failed and may succeed, at most 1000 per call. */
export function retryQueue(name: QueueName): Promise<Retried> {
  return call('POST', `/v1/queues/${name}/retry`);
}
