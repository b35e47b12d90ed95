import { now } from '../db/database-time.ts';

/** What a credential with a new token has in common, wherever that came from. */
export const soundColumns = {
  health: 'ok',
  refreshFailures: 0,
  refreshNotBefore: null,
  backOffUntil: null,
  lastErrorCode: null,
  lastErrorMessage: null,
  lastErrorAt: null,
  lastRefreshedAt: now,
} as const;
