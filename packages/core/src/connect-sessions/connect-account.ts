import { startAuthorization } from '../authorizations/start-authorization.ts';
import { addressWith } from '../authorizations/address-with.ts';
import { newToken } from '../authorizations/tickets.ts';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import type { Context } from '../context.ts';
import { asAttempt } from './attempt.ts';
import { attemptsOf, loadSession, requireOpen, type ConnectSession } from './load-session.ts';
import { requirePermitted } from './permitted-provider.ts';
import { takeBackKeys } from './take-back.ts';

export interface ConnectAccountInput {
  readonly provider: string;
  readonly name?: string | null | undefined;
  /** `tab`: the page's own tab goes to the provider, and comes back to the page. */
  readonly window: 'popup' | 'tab';
  /** Value of the binding cookie, if the browser sent one. */
  readonly browser: string | null;
}

/**
 * Starts to connect an account from the connect page. An earlier attempt that waits for consent ends. The page has shown
 * whose workspace gets access to what, so its browser, known by the cookie, is not asked again; any other is.
 * @throws Problem as `startAuthorization`; `connect_session_over`, `authorization_not_cancellable`
 */
export async function connectAccount(
  ctx: Context,
  { provider, name, window, browser: known }: ConnectAccountInput,
): Promise<{ authorization: Authorization; authorizationUrl: string; browser: string }> {
  const session = await loadSession(ctx, { id: ctx.actor.id });
  requireOpen(session, await attemptsOf(ctx, session));
  await requirePermitted(ctx, session, provider);
  await takeBackKeys(ctx, session);
  const browser = known ?? newToken();
  const { authorization, authorizationUrl } = await startAuthorization(asAttempt(ctx), {
    provider,
    name,
    credentialId: session.credentialId,
    returnUrl: window === 'tab' ? `${ctx.settings.publicUrl}/connect/resume/${session.id}` : null,
    browser,
    ...(session.codeChallenge === null || session.returnUrl === null
      ? {}
      : { consentUrl: consentAddress(session.returnUrl, session) }),
  });
  return { authorization, authorizationUrl, browser };
}

/** Where the browser goes from the provider; it brings the code for `verifyConsent` there. */
function consentAddress(returnUrl: string, { id, state }: ConnectSession): string {
  return addressWith(returnUrl, { status: 'consented', sessionId: id, state });
}
