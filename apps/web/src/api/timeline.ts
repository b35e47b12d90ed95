import type { Timeline } from '@latchkey/api/answers.ts';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { call } from './call.ts';

export type TimelineItem = Timeline['items'][number];
export type TimelineKind = TimelineItem['type'];

interface TimelineQuery {
  /** Only these kinds; none means all. */
  readonly types: readonly TimelineKind[];
  /** `nextCursor` of the page before; null: from the newest on. */
  readonly after: string | null;
}

function getTimeline(
  credentialId: string,
  { types, after }: TimelineQuery,
  signal?: AbortSignal,
): Promise<Timeline> {
  const path = `/v1/credentials/${encodeURIComponent(credentialId)}/timeline`;
  const query = { after, limit: 50, types: types.length === 0 ? null : types.join(',') };
  return call('GET', path, { query, signal });
}

/** What happened to a credential, newest first, page by page. */
export const timelineQuery = (credentialId: string, types: readonly TimelineKind[]) =>
  infiniteQueryOptions({
    queryKey: ['timeline', credentialId, types],
    queryFn: ({ signal, pageParam }) => getTimeline(credentialId, { types, after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
  });
