import type { Session } from '@latchkey/api/answers.ts';
import { ApiError, call } from './call.ts';

/** Whether the API says that nobody is signed in, or that the token is not right. */
export function isUnauthenticated(error: unknown): boolean {
  return error instanceof ApiError && error.problem.status === 401;
}

/** Who is signed in; null: nobody. */
export async function getSession(signal?: AbortSignal): Promise<Session | null> {
  try {
    return await call<Session>('GET', '/auth/session', { signal });
  } catch (error) {
    if (isUnauthenticated(error)) return null;
    throw error;
  }
}

export function signIn(adminToken: string): Promise<unknown> {
  return call('POST', '/auth/session', { body: { adminToken } });
}

export function signOut(): Promise<void> {
  return call('DELETE', '/auth/session');
}
