import type { Page, SignedIn } from '@latchkey/api/answers.ts';
import { call } from './call.ts';

export function listSessions(cursor: string | null, signal?: AbortSignal): Promise<Page<SignedIn>> {
  return call('GET', '/v1/sessions', { query: { cursor, limit: 200 }, signal });
}

export function endSession(id: string): Promise<void> {
  return call('DELETE', `/v1/sessions/${encodeURIComponent(id)}`);
}

/** All of a person but the one that asks. */
export function endSessionsOf(subject: string): Promise<{ readonly ended: number }> {
  return call('DELETE', '/v1/sessions', { query: { subject } });
}
