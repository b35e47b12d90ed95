import type { Authorization } from '@latchkey/api/answers.ts';
import { listAuthorizations } from '../../api/authorizations.ts';
import { isFixed, rangeOf } from '../../ui/period.ts';
import { mostNews, usePinnedList } from '../../ui/use-pinned-list.ts';
import type { AuthorizationsSearch } from './search.ts';

const firstPage = 50;
const furtherPage = 200;

/** The list as the address says, pinned by the time of its newest row. */
export function useAuthorizations({ id: _id, ...filters }: AuthorizationsSearch) {
  const { status, kind, provider, credentialId, ...period } = filters;
  const query = { status, kind, provider, credentialId };
  return usePinnedList<Authorization>({
    queryKey: ['authorizations', filters],
    isFixed: isFixed(period),
    read: ({ pin, cursor }, signal) => {
      const { from, to } = rangeOf(period, Date.now());
      const limit = cursor === null ? firstPage : furtherPage;
      return listAuthorizations({ ...query, from, to: pin ?? to, cursor, limit }, signal);
    },
    readNews: (pin, signal) => listAuthorizations({ ...query, from: pin, limit: mostNews }, signal),
    idOf: ({ id }) => id,
    // To the millisecond, and exclusive.
    pinOf: ({ createdAt }) => new Date(Date.parse(createdAt) + 1).toISOString(),
  });
}
