export { endSpilledGrant } from './end-late-grant.ts';
export { listAttempts, type Attempt } from './list-attempts.ts';
export { fencedLease, type RefreshLease } from './refresh-lease.ts';
export { refreshToken } from './refresh-token.ts';
export { patienceSeconds } from './until-committed.ts';
