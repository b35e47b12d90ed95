import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Filter } from '../../api/audit-queries.ts';
import { periods, type AuditSearch } from './search.ts';
import { keepWorkspace } from '../../ui/keep-workspace.ts';

/** The filters in the address, and how to change them. Another filter begins at the newest entry. */
export function useFilter() {
  const search = useSearch({ from: '/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const { actor, action, subject, outcome, period, from, to } = search;
  const filter: Filter = {
    ...(actor === undefined ? {} : { actor }),
    ...(action === undefined ? {} : { action }),
    ...(subject === undefined ? {} : { subject }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(period === undefined ? {} : { hours: periods[period] }),
    ...(period !== undefined || from === undefined ? {} : { from }),
    ...(period !== undefined || to === undefined ? {} : { to }),
  };
  const change = (part: Partial<AuditSearch>) =>
    void navigate({ search: (now) => ({ ...now, after: undefined, ...part }) });
  const clear = () => void navigate({ search: keepWorkspace });
  /** Nothing else is filtered. */
  const only = (part: Partial<AuditSearch>) =>
    void navigate({ search: ({ workspace }) => ({ workspace, ...part }) });
  return { search, filter, change, only, clear, isFiltered: Object.keys(filter).length > 0 };
}
