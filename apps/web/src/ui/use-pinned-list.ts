import {
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
  type InfiniteData,
} from '@tanstack/react-query';
import type { Page } from '@latchkey/api/answers.ts';
import { useEffect, useRef, useState } from 'react';
import { splitEntered } from './split-entered.ts';

/** A page of what was there when the list was opened. */
interface PinnedPage<T> extends Page<T> {
  /** Stands for the newest row that is shown; null: there was none. */
  readonly pin: string | null;
}

interface PinnedListOptions<T> {
  /** The first part names the resource, so that events make it stale. */
  readonly queryKey: readonly [string, object];
  /** A fixed time range: nothing new comes into it. */
  readonly isFixed: boolean;
  /** Rows up to the pin, newest first; all without one. */
  readonly read: (
    at: { readonly pin: string | null; readonly cursor: string | null },
    signal: AbortSignal,
  ) => Promise<Page<T>>;
  /** Rows after the pin, at most `mostNews`. */
  readonly readNews: (pin: string, signal: AbortSignal) => Promise<Page<T>>;
  readonly pinOf: (newest: T) => string;
  readonly idOf: (row: T) => string;
}

export const mostNews = 100;

/**
 * A list, newest first, whose rows change in place while nothing new pushes them down: what came since, or matches the
 * filters only now, is counted, and shown when the person asks for it, or at once with the Live switch on.
 */
export function usePinnedList<T>({ queryKey, isFixed, read, readNews, pinOf, idOf }: PinnedListOptions<T>) {
  const client = useQueryClient();
  const [isLive, setLive] = useState(false);
  const [resource, filters] = queryKey;
  const listKey = [resource, 'list', filters];
  type Data = InfiniteData<PinnedPage<T>, string | null>;

  const query = useInfiniteQuery({
    queryKey: listKey,
    queryFn: async ({ pageParam: cursor, signal }): Promise<PinnedPage<T>> => {
      const pinned = client.getQueryData<Data>(listKey)?.pages[0]?.pin ?? null;
      const page = await read({ pin: pinned, cursor }, signal);
      const [newest] = page.items;
      return { ...page, pin: pinned ?? (newest === undefined ? null : pinOf(newest)) };
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
  });
  const pin = query.data?.pages[0]?.pin ?? null;

  const news = useQuery({
    queryKey: [resource, 'news', filters, pin],
    queryFn: ({ signal }) => readNews(pin ?? '', signal),
    enabled: pin !== null && !isFixed && !query.isPlaceholderData,
  });

  // A list that is read without a pin, or from another one, is shown as it is.
  const generation = query.isPlaceholderData ? null : JSON.stringify([listKey, pin]);
  const shown = useRef<{ readonly generation: string | null; readonly ids: ReadonlySet<string> }>(null);
  const { rows, entered } = splitEntered(
    query.data?.pages.flatMap(({ items }) => items) ?? [],
    shown.current?.generation === generation ? shown.current.ids : new Set(),
    idOf,
  );
  useEffect(() => {
    shown.current = { generation, ids: new Set(rows.map(idOf)) };
  });
  const newsCount = entered.length + (isFixed ? 0 : (news.data?.items.length ?? 0));

  const showNews = () => {
    client.setQueryData<Data>(
      listKey,
      (data) => data && { ...data, pages: data.pages.map((page) => ({ ...page, pin: null })) },
    );
    void client.invalidateQueries({ queryKey: listKey });
  };
  const showAtOnce = isLive && newsCount > 0;
  useEffect(() => {
    if (showAtOnce) showNews();
  });

  return {
    query,
    rows,
    newsCount,
    showNews,
    isLive: isLive && !isFixed,
    setLive,
  };
}
