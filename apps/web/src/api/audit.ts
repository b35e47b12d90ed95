import type { AuditEntry, AuditHead, AuditVerification, Page } from '@latchkey/api/answers.ts';
import { call, type Query } from './call.ts';
import { currentWorkspace } from './workspace.ts';

/** What an entry of the audit is looked for by. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  /** The id of what it was done to. */
  readonly subject?: string | undefined;
  readonly outcome?: 'success' | 'refused' | undefined;
  /** ISO 8601, inclusive. */
  readonly from?: string | undefined;
  /** ISO 8601, exclusive. */
  readonly to?: string | undefined;
}

interface AuditQuery extends AuditFilter {
  readonly order: 'asc' | 'desc';
  /** `nextCursor` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export function listAudit(query: AuditQuery, signal?: AbortSignal): Promise<Page<AuditEntry>> {
  return call('GET', '/v1/audit', { query: { ...query } satisfies Query, signal });
}

export function getAuditHead(signal?: AbortSignal): Promise<AuditHead> {
  return call('GET', '/v1/audit/head', { signal });
}

/** Half a minute for a million entries. */
export function verifyAudit(signal?: AbortSignal): Promise<AuditVerification> {
  return call('GET', '/v1/audit/verification', { signal });
}

/** Where a browser downloads the audit of a period from: all entries of it, so that the chain can be followed. */
export function auditExportUrl(format: 'jsonl' | 'csv', { from, to }: AuditFilter): string {
  const search = new URLSearchParams({ format });
  const workspace = currentWorkspace();
  for (const [name, value] of Object.entries({ from, to, workspace }))
    if (value !== undefined && value !== null) search.set(name, value);
  return `v1/audit/export?${search}`;
}
