import type { Credential } from '@latchkey/api/answers.ts';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { listCredentials } from '../../api/credentials.ts';
import { useMay } from '../../session/session-context.tsx';

const most = 5;
const debounceMs = 200;

/** Credentials whose name or account has the text in it, a few of them; none while it is still being typed. */
export function useFoundCredentials(text: string): readonly Credential[] {
  const may = useMay('credential:read');
  const [search] = useDebouncedValue(text, debounceMs);
  const { data } = useQuery({
    queryKey: ['credentials', '*', { search, most }],
    queryFn: ({ signal }) => listCredentials({ search, limit: most }, signal),
    enabled: may && search !== '',
  });
  return search === text ? (data?.items ?? []) : [];
}
