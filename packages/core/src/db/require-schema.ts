import { ConfigurationError } from '../errors.ts';
import type { Orm } from './orm.ts';

/** @throws ConfigurationError when the database cannot be reached or its schema is older than this code */
export async function requireSchema(orm: Orm): Promise<void> {
  let pending: { name: string }[];
  try {
    pending = await orm.migrator.getPending();
  } catch (error) {
    throw new ConfigurationError([`DATABASE_URL: the database cannot be used: ${reason(error)}`]);
  }
  if (pending.length > 0) {
    throw new ConfigurationError([
      `The database lacks ${pending.length} migration(s), first ${pending[0]?.name ?? ''}: run "npm run migrate".`,
    ]);
  }
}

/** The system's words, never the URL: it holds a password. */
export function reason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
