export { hostIsAllowed, type AllowedHosts } from './check-url.ts';
export {
  createGuardedFetch,
  type GuardedFetch,
  type GuardedFetchOptions,
  type OutboundRequest,
  type OutboundResponse,
} from './guarded-fetch.ts';
export { OutboundError, type OutboundReason, type Sent } from './outbound-error.ts';
export { refusingFetch } from './refusing-fetch.ts';
