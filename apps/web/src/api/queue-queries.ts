import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { listJobs, listQueues, type QueueName } from './queues.ts';

/** Asked again every 10 seconds: jobs of other workspaces make no event here. */
const pollMs = 10_000;

export const queuesQuery = queryOptions({
  queryKey: ['queues', 'list'],
  queryFn: ({ signal }) => listQueues(signal),
  refetchInterval: pollMs,
});

export const jobsQuery = (name: QueueName, state: string) =>
  infiniteQueryOptions({
    queryKey: ['queues', 'jobs', name, state],
    queryFn: ({ signal, pageParam: cursor }) => listJobs(name, { state, cursor, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: pollMs,
  });
