import { now } from '../db/database-time.ts';
import { failures } from '../errors.ts';

/** What becomes of an authorization that somebody cancels; what it had sealed is erased. */
export const cancelledColumns = {
  status: 'cancelled',
  finishedAt: now,
  nextAttemptAt: null,
  sealed: null,
  errorCode: 'authorization_cancelled',
  errorMessage: failures.authorization_cancelled.message,
  errorRetryable: false,
  errorActor: 'user',
} as const;
