import type { CloudEvent } from '@latchkey/api/answers.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { listEvents } from '../../api/events.ts';
import { useLive } from '../../live/live-provider.tsx';
import { readAgain } from '../../live/read-again.ts';
import { isFixed, rangeOf } from '../../ui/period.ts';
import { mostNews, usePinnedList } from '../../ui/use-pinned-list.ts';
import type { ActivitySearch } from './search.ts';

const firstPage = 50;
const olderPage = 200;
/** Several events that come together are counted once. */
const gatherMs = 250;

/** The events as the address says, pinned by the number of the newest; what comes is counted as it comes. */
export function useEvents(filters: ActivitySearch) {
  const { type, subject, ...period } = filters;
  const { listen } = useLive();
  const client = useQueryClient();
  const list = usePinnedList<CloudEvent>({
    queryKey: ['events', filters],
    isFixed: isFixed(period),
    read: ({ pin, cursor }, signal) => {
      const range = rangeOf(period, Date.now());
      const after = cursor ?? (pin === null ? undefined : Number(pin) + 1);
      const limit = cursor === null ? firstPage : olderPage;
      return listEvents({ type, subject, ...range, order: 'desc', after, limit }, signal);
    },
    readNews: (pin, signal) => listEvents({ type, subject, after: pin, limit: mostNews }, signal),
    pinOf: ({ sequence }) => sequence,
    idOf: ({ id }) => id,
  });
  const isEmpty = list.rows.length === 0;
  useEffect(() => {
    // What an empty list gets pushes nothing.
    const stale = isEmpty ? ['events'] : ['events', 'news'];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = listen(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void readAgain(client, stale);
      }, gatherMs);
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [client, listen, isEmpty]);
  return list;
}
