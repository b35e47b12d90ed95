import type { Session } from '@latchkey/api/answers.ts';
import { ApiError, call } from './call.ts';

/** Who is signed in; null: nobody. */
export async function getSession(signal?: AbortSignal): Promise<Session | null> {
  try {
    return await call<Session>('GET', '/auth/session', { signal });
  } catch (error) {
    if (error instanceof ApiError && error.problem.status === 401) return null;
    throw error;
  }
}

export function signIn(adminToken: string): Promise<unknown> {
  return call('POST', '/auth/session', { body: { adminToken } });
}

export function signOut(): Promise<void> {
  return call('DELETE', '/auth/session');
}
