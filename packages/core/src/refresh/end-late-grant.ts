import { setTimeout as sleep } from 'node:timers/promises';
import { TokenRequestError, type OAuthClient } from '../auth-methods/index.ts';
import { recordAudit } from '../audit/index.ts';
import { endGrant } from '../authorizations/end-grant.ts';
import { transact, type Context } from '../context.ts';
import type { OAuthPayload } from '../credentials/index.ts';
import { Failure, Problem } from '../errors.ts';
import { recallOAuthClient } from '../oauth-clients/index.ts';
import type { Provider } from '../providers/index.ts';
import { requireProvider } from '../providers/require-provider.ts';
import type { OnGone } from '../spill/index.ts';
import type { Presentation } from './answer.ts';
import { openJournalEntry } from './journal-entry.ts';

const pausesSeconds = [1, 4];

/**
 * Step 8 of the refresh protocol: tokens that came after their credential was deleted or connected again are ended at
 * the provider, unless that would take a living grant with them. What came of it is audited.
 */
export async function endLateGrant(ctx: Context, at: Presentation, payload: OAuthPayload): Promise<void> {
  const { provider, client, credential } = at;
  await endUnwanted(ctx, credential.id, { provider, client, payload, accountId: credential.accountId });
}

/** The same for an answer that waited in a spill file. */
export const endSpilledGrant: OnGone = async (ctx, record) => {
  const { journalId: id, workspaceId, tokenVersion, keySalt, sealed, issuedTo } = record;
  const { payload } = await openJournalEntry(ctx, { id, workspaceId, tokenVersion, keySalt, sealed });
  if (payload.kind !== 'oauth2') return;
  const { credentialId } = record;
  const { accountId } = issuedTo;
  try {
    const provider = requireProvider(ctx.catalogue, issuedTo.provider);
    const client = await recallOAuthClient(ctx, provider, issuedTo);
    await endUnwanted(ctx, credentialId, { provider, client, payload, accountId });
  } catch (error) {
    // Provider or client are not configured any more: no waiting mends that.
    if (!(error instanceof Failure || error instanceof Problem)) throw error;
    await auditEnd(ctx, credentialId, 'failed');
  }
};

interface Unwanted {
  readonly provider: Provider;
  readonly client: OAuthClient;
  readonly payload: OAuthPayload;
  readonly accountId: string | null;
}

async function endUnwanted(ctx: Context, credentialId: string, unwanted: Unwanted): Promise<void> {
  // Not as one of this credential: its new grant, if it has one, must not be ended either.
  const outcome = await revoke(() => endGrant(ctx, { ...unwanted, credentialId: null }));
  await auditEnd(ctx, credentialId, outcome);
}

async function auditEnd(ctx: Context, subject: string, outcome: string): Promise<void> {
  await transact(ctx, (tx) =>
    recordAudit(tx, {
      action: 'token.revoke',
      subject,
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
