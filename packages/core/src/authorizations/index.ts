export { authorizationColumns, type Authorization } from './authorization-columns.ts';
export { cancelAuthorization, cancelWithin } from './cancel-authorization.ts';
export { cancelAuthorizations, type CancelledAll } from './cancel-authorizations.ts';
export { checkReturnUrl } from './check-return-url.ts';
export { claimDue, type SystemContext } from './claim-due.ts';
export { continueTicket } from './continue-ticket.ts';
export { exchangeCode } from './exchange-code.ts';
export { failUnexpectedly } from './fail-unexpectedly.ts';
export { expireAuthorizations } from './expire-authorizations.ts';
export { followAuthorization } from './follow-authorization.ts';
export { getAuthorization } from './get-authorization.ts';
export { listAuthorizations } from './list-authorizations.ts';
export { openTicket, type OpenedTicket } from './open-ticket.ts';
export { receiveCallback } from './receive-callback.ts';
export { reconcile } from './reconcile.ts';
export { removeExpired } from './remove-expired.ts';
export { revoke } from './revoke.ts';
export { startAuthorization, type StartAuthorizationInput } from './start-authorization.ts';
export {
  authorizationKinds,
  authorizationTransitions,
  isFinished,
  type AuthorizationKind,
  type AuthorizationStatus,
} from './status.ts';
export { newToken } from './tickets.ts';
export { validateKey } from './validate-key.ts';
