import type { Authorization, Page, StartedAuthorization } from '@latchkey/api/answers.ts';
import { call, type Query } from './call.ts';

export interface StartInput {
  readonly provider: string;
  readonly name?: string | undefined;
  /** Connect the account of this credential again. */
  readonly credentialId?: string | undefined;
  readonly returnUrl?: string | undefined;
  readonly allowAccountChange?: boolean | undefined;
}

export function startAuthorization(input: StartInput, signal?: AbortSignal): Promise<StartedAuthorization> {
  return call('POST', '/v1/authorizations', { body: input, signal });
}

export function listAuthorizations(query: Query, signal?: AbortSignal): Promise<Page<Authorization>> {
  return call('GET', '/v1/authorizations', { query, signal });
}

/** @param wait seconds to wait for a change */
export function getAuthorization(id: string, wait: number, signal?: AbortSignal): Promise<Authorization> {
  return call('GET', `/v1/authorizations/${encodeURIComponent(id)}`, { query: { wait }, signal });
}

export function cancelAuthorization(id: string): Promise<Authorization> {
  return call('POST', `/v1/authorizations/${encodeURIComponent(id)}/cancel`);
}

/** Which ones are meant: every filter that is given has to match. */
export interface CancelFilter {
  readonly status?: 'awaiting_consent' | 'queued' | undefined;
  readonly kind?: Authorization['kind'] | undefined;
  readonly credentialId?: string | undefined;
  readonly provider?: string | undefined;
  /** Made at or after this time (ISO 8601). */
  readonly from?: string | undefined;
  /** Made before this time (ISO 8601). */
  readonly to?: string | undefined;
}

/** @param dryRun only counts what would be cancelled. At most 500 are cancelled per call. */
export function cancelAuthorizations(
  filter: CancelFilter,
  dryRun: boolean,
): Promise<{ readonly matched: number; readonly cancelled: number }> {
  return call('POST', '/v1/authorizations/cancel', { body: { ...filter, dryRun } });
}
