import { infiniteQueryOptions } from '@tanstack/react-query';
import { listServiceTokens } from './service-tokens.ts';

export const serviceTokensQuery = infiniteQueryOptions({
  queryKey: ['service-tokens'],
  queryFn: ({ pageParam, signal }) => listServiceTokens(pageParam, signal),
  initialPageParam: null as string | null,
  getNextPageParam: ({ nextCursor }) => nextCursor,
});
