import { useQuery } from '@tanstack/react-query';
import { listCredentials } from '../api/credentials.ts';
import { providersQuery } from '../api/queries.ts';

/** How people call providers; their id while that is not known. */
export function useProviderNames(): (id: string) => string {
  const { data = [] } = useQuery(providersQuery);
  return (id) => data.find((provider) => provider.id === id)?.label ?? id;
}

/** How people call credentials, the latest 200; the id of others. */
export function useCredentialNames(): (id: string) => string {
  const { data } = useQuery({
    queryKey: ['credentials', '*', 'names'],
    queryFn: ({ signal }) => listCredentials({ limit: 200 }, signal),
  });
  return (id) => data?.items.find((credential) => credential.id === id)?.name ?? id;
}
