import type { AttemptList } from '@latchkey/api/answers.ts';
import { call } from './call.ts';

/** The latest presentations of a credential's refresh tokens. */
export function listAttempts(credentialId: string, signal?: AbortSignal): Promise<AttemptList> {
  const path = `/v1/credentials/${encodeURIComponent(credentialId)}/attempts`;
  return call('GET', path, { query: { limit: 200 }, signal });
}
