import type { Session } from '@latchkey/api/answers.ts';
import { createContext, use } from 'react';

export type Permission = Session['permissions'][number];

const SessionContext = createContext<Session | null>(null);

export const SessionProvider = SessionContext;

/** Who is signed in. @throws Error outside the signed-in part */
export function useSession(): Session {
  const session = use(SessionContext);
  if (session === null) throw new Error('useSession needs somebody who is signed in');
  return session;
}

/** Whether the person may do something; the server decides again. */
export function useMay(permission: Permission): boolean {
  return useSession().permissions.includes(permission);
}
