import { setTimeout as sleep } from 'node:timers/promises';
import { TokenRequestError } from '../auth-methods/index.ts';
import { recordAudit } from '../audit/index.ts';
import { endGrant } from '../authorizations/end-grant.ts';
import { transact, type Context } from '../context.ts';
import type { OAuthPayload } from '../credentials/index.ts';
import type { Presentation } from './answer.ts';

const pausesSeconds = [1, 4];

/**
 * Step 8 of the refresh protocol: tokens that came after their credential was deleted or connected again are ended at
 * the provider, unless that would take a living grant with them. What came of it is audited.
 */
export async function endLateGrant(ctx: Context, at: Presentation, payload: OAuthPayload): Promise<void> {
  const { provider, client, credential } = at;
  // Not as one of this credential: its new grant, if it has one, must not be ended either.
  const grant = { provider, client, payload, credentialId: null, accountId: credential.accountId };
  const outcome = await revoke(() => endGrant(ctx, grant));
  await transact(ctx, (tx) =>
    recordAudit(tx, {
      action: 'token.revoke',
      subject: credential.id,
      outcome: outcome === 'failed' ? 'refused' : 'success',
      data: { outcome, late: true },
    }),
  );
}

async function revoke(work: () => Promise<string>): Promise<string> {
  for (const pause of pausesSeconds) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TokenRequestError)) throw error;
      await sleep(pause * 1000);
    }
  }
  return work().catch((error: unknown) => {
    if (error instanceof TokenRequestError) return 'failed';
    throw error;
  });
}
