import type { Provider } from '@latchkey/api/answers.ts';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Query } from '../../api/call.ts';
import { credentialsQuery, providersQuery } from '../../api/queries.ts';
import { parts, type DataSourcesSearch } from './search.ts';

export interface ShownProvider {
  readonly provider: Provider;
  /** Which of its credentials are shown; none: all of them. */
  readonly filters: Query;
}

/** Which providers have some of these credentials. */
function useHolders(filters: Query, enabled: boolean) {
  const query = useInfiniteQuery({
    ...credentialsQuery('*', filters),
    enabled,
    placeholderData: keepPreviousData,
  });
  const ids = new Set(query.data?.map(({ provider }) => provider));
  return {
    query,
    isLoaded: !enabled || query.data !== undefined,
    /** What is on further pages is not known: then it may be of any. */
    mayHave: ({ id }: Provider) => query.hasNextPage || ids.has(id),
  };
}

/** The providers that the filters leave: by their name, or by what they hold. In the form of a query, for `QueryView`. */
export function useShownProviders({ q = '', show }: DataSourcesSearch) {
  const providers = useQuery(providersQuery);
  const [wanted] = useDebouncedValue(q.trim().toLowerCase(), 200);
  const part: Query = show === undefined ? {} : parts[show];
  const found = { ...part, search: wanted };
  const holders = useHolders(part, show !== undefined);
  const finders = useHolders(found, wanted !== '');

  const isNamed = ({ id, label }: Provider) => `${id} ${label}`.toLowerCase().includes(wanted);
  const shown = providers.data?.flatMap((provider): ShownProvider[] => {
    if (!isNamed(provider)) return finders.mayHave(provider) ? [{ provider, filters: found }] : [];
    return show === undefined || holders.mayHave(provider) ? [{ provider, filters: part }] : [];
  });
  const queries = [providers, holders.query, finders.query];
  return {
    data: holders.isLoaded ? shown : undefined,
    isError: queries.some(({ isError }) => isError),
    error: queries.find(({ isError }) => isError)?.error ?? null,
    isFetching: queries.some(({ isFetching }) => isFetching),
    refetch: () => queries.filter(({ isError }) => isError).forEach((query) => void query.refetch()),
  };
}
