import { queryOptions } from '@tanstack/react-query';
import { getAuditHead, listAudit, verifyAudit, type AuditFilter } from './audit.ts';

const pageSize = 50;

/** Turned into times when it is asked: a period is counted from then. */
export type Filter = AuditFilter & { readonly hours?: number | undefined };

function timesOf({ hours, ...filter }: Filter): AuditFilter {
  if (hours === undefined) return filter;
  return { ...filter, from: new Date(Date.now() - hours * 3_600_000).toISOString() };
}

/** Newest first, with how far the audit went then; read again only when somebody asks for it: rows never move by themselves. */
export const auditQuery = (filter: Filter, after: string | undefined) =>
  queryOptions({
    queryKey: ['audit', filter, after],
    queryFn: async ({ signal }) => {
      const head = await getAuditHead(signal);
      const query = { ...timesOf(filter), order: 'desc', after, limit: pageSize } as const;
      return { ...(await listAudit(query, signal)), head: Number(head.sequence) };
    },
    // Not by what asks for everything again after a pause, either.
    staleTime: 'static',
    gcTime: 0,
  });

export const auditHeadQuery = queryOptions({
  queryKey: ['audit-head'],
  queryFn: ({ signal }) => getAuditHead(signal),
  refetchInterval: 10_000,
});

/** Asked for by a button only. */
export const auditVerificationQuery = queryOptions({
  queryKey: ['audit-verification'],
  queryFn: ({ signal }) => verifyAudit(signal),
  enabled: false,
  retry: false,
  staleTime: Infinity,
});

/** One entry; null: there is none of this number that the person may see. */
export const auditEntryQuery = (sequence: number) =>
  queryOptions({
    queryKey: ['audit-entry', sequence],
    queryFn: async ({ signal }) => {
      const { items } = await listAudit({ order: 'asc', after: String(sequence - 1), limit: 1 }, signal);
      return items.find((entry) => Number(entry.sequence) === sequence) ?? null;
    },
    // It is chained: it never changes.
    staleTime: Infinity,
  });

/** What was done to the same thing before, newest first. */
export const earlierEntriesQuery = (subject: string, sequence: number) =>
  queryOptions({
    queryKey: ['audit-earlier', subject, sequence],
    queryFn: async ({ signal }) =>
      (await listAudit({ order: 'desc', after: String(sequence), subject, limit: 50 }, signal)).items,
    staleTime: Infinity,
  });
