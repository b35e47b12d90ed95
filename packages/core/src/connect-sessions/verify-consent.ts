import { createHash } from 'node:crypto';
import { recordAudit } from '../audit/index.ts';
import { releaseConsent } from '../authorizations/release-consent.ts';
import { transact, type Context } from '../context.ts';
import { Problem } from '../errors.ts';
import { constantTimeEqual } from '../vault/index.ts';
import { attemptsOf } from './load-session.ts';
import { loadVisibleSession } from './load-visible-session.ts';
import { outcomeOf, type ConnectOutcome } from './outcome.ts';

export interface VerifyConsentInput {
  readonly id: string;
  /** What the browser with the consent brought. */
  readonly consentCode: string;
  /** What `codeChallenge` of the session was made from. [RFC 7636 §4.1] */
  readonly codeVerifier: string;
}

/**
 * Lets the consent of an account count. The code proves which browser the consent came from, the verifier that the back end
 * made the session for that very browser: who got somebody else to consent has the one, and not the other.
 * @throws Problem `connect_session_not_found`, `consent_not_verified`
 */
export async function verifyConsent(ctx: Context, input: VerifyConsentInput): Promise<ConnectOutcome> {
  const { id, consentCode } = input;
  const { codeChallenge, authorizationIds } = await loadVisibleSession(ctx, { id });
  if (codeChallenge === null || !answers(codeChallenge, input.codeVerifier)) return refuse(ctx, id);
  const outcome = await transact(ctx, async (tx) => {
    const released = await releaseConsent(tx, { among: authorizationIds, consentCode });
    if (released === undefined) return null;
    await recordAudit(tx, {
      action: 'connect_session.verify',
      subject: id,
      data: { authorizationId: released.id },
    });
    const session = await loadVisibleSession(tx, { id });
    return outcomeOf(tx, session, await attemptsOf(tx, session));
  });
  return outcome ?? refuse(ctx, id);
}

/** S256. [RFC 7636 §4.6] */
function answers(codeChallenge: string, codeVerifier: string): boolean {
  const digest = createHash('sha256').update(codeVerifier, 'ascii').digest('base64url');
  return constantTimeEqual(Buffer.from(digest), Buffer.from(codeChallenge));
}

async function refuse(ctx: Context, id: string): Promise<never> {
  await transact(ctx, (tx) =>
    recordAudit(tx, { action: 'connect_session.verify', subject: id, outcome: 'refused' }),
  );
  throw new Problem('consent_not_verified', {
    detail: 'The code is wrong, was used or has expired, or the verifier is not that of this session.',
  });
}
