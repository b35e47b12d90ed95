import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Query } from './call.ts';
import { getCredential, listCredentials } from './credentials.ts';
import { getOAuthClient, listProviders } from './providers.ts';
import { getSession } from './session.ts';

/** What is read and kept, by key; events say which keys are stale (`src/live/stale-keys.ts`). */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => getSession(signal),
  staleTime: 60_000,
});

export const providersQuery = queryOptions({
  queryKey: ['providers'],
  queryFn: async ({ signal }) => (await listProviders(signal)).items,
  staleTime: 60_000,
});

/** Page by page. @param provider `*`: of all of them */
export const credentialsQuery = (provider: string, filters: Query = {}) =>
  infiniteQueryOptions({
    queryKey: ['credentials', provider, filters],
    queryFn: ({ signal, pageParam }) =>
      listCredentials(
        { ...filters, ...(provider === '*' ? {} : { provider }), cursor: pageParam, limit: 50 },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
  });

export const credentialQuery = (id: string) =>
  queryOptions({ queryKey: ['credential', id], queryFn: ({ signal }) => getCredential(id, signal) });

export const oauthClientQuery = (provider: string) =>
  queryOptions({
    queryKey: ['oauth-client', provider],
    queryFn: ({ signal }) => getOAuthClient(provider, signal),
  });
