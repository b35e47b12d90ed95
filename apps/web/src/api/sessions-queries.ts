import { infiniteQueryOptions } from '@tanstack/react-query';
import { listSessions } from './sessions.ts';

/** No event tells of them. */
const sessionsMs = 15_000;

export const sessionsQuery = infiniteQueryOptions({
  queryKey: ['sessions'],
  queryFn: ({ pageParam, signal }) => listSessions(pageParam, signal),
  initialPageParam: null as string | null,
  getNextPageParam: ({ nextCursor }) => nextCursor,
  refetchInterval: sessionsMs,
});
