import type { QueryClient } from '@tanstack/react-query';
import { sessionQuery } from '../api/queries.ts';
import { signOut } from '../api/session.ts';

/** Ends the session. Whatever shows it asks for the next one. */
export async function leave(client: QueryClient): Promise<void> {
  await signOut();
  // One that was on its way would bring the session back.
  await client.cancelQueries({ queryKey: sessionQuery.queryKey });
  client.setQueryData(sessionQuery.queryKey, null);
}
