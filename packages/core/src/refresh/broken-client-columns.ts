import { secondsFromNow } from '../db/database-time.ts';

/**
 * A credential whose OAuth client is rejected looks again soon: the gate answers at no cost until the client may have
 * changed, and a run that waits for a token does not wait for that.
 */
export const brokenClientColumns = {
  refreshNotBefore: secondsFromNow(60),
  nextRefreshAt: secondsFromNow(300),
};
