import type { QueryClient, QueryKey } from '@tanstack/react-query';

/**
 * Reads again what is on screen. A first reading that is under way would be taken for the answer, and may be older than the
 * reason to read again: its end is awaited.
 * @param queryKey prefix of what is read again; everything without it
 */
export async function readAgain(client: QueryClient, queryKey: QueryKey = []): Promise<void> {
  const firstReadings = client
    .getQueryCache()
    .findAll({ queryKey, fetchStatus: 'fetching', predicate: ({ state }) => state.data === undefined });
  await client.invalidateQueries({ queryKey });
  await Promise.all(
    firstReadings.map((reading) => client.invalidateQueries({ queryKey: reading.queryKey, exact: true })),
  );
}
