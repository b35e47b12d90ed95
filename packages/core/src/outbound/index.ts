export { hostIsAllowed, type AllowedHosts } from './check-url.ts';
export {
  createGuardedFetch,
  outboundLimits,
  type GuardedFetch,
  type GuardedFetchOptions,
} from './guarded-fetch.ts';
export type { OutboundRequest, OutboundResponse } from './messages.ts';
export type { OutboundProxy } from './open-tunnel.ts';
export { OutboundError, type OutboundReason, type Sent } from './outbound-error.ts';
export { refusingFetch } from './refusing-fetch.ts';
