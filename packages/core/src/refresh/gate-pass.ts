import type { OAuthClient } from '../auth-methods/index.ts';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import { errorColumns, fail, queueAgain } from '../authorizations/run.ts';
import { transact, type Context } from '../context.ts';
import type { CredentialRow } from '../credentials/index.ts';
import { now, secondsFromNow } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { flagOAuthClient } from '../oauth-clients/index.ts';
import { brokenClientColumns } from './broken-client-columns.ts';
import { passGate, recordOutcome, type GateOutcome } from '../provider-gates/index.ts';
import type { Provider } from '../providers/index.ts';
import { requireOAuth2 } from '../providers/require-provider.ts';
import { graceLeft } from './decide-presentation.ts';
import { secondsSinceUnknown } from './open-attempts.ts';

/** The leave to send one token request with a client; each ends in exactly one outcome. */
export interface Pass {
  readonly probe: boolean;
}

interface Asking {
  readonly authorization: Authorization;
  readonly credential: CredentialRow;
  readonly provider: Provider;
  readonly client: OAuthClient;
}

type Refusal = Exclude<Awaited<ReturnType<typeof passGate>>, { passed: true }>;

/** A shorter wait is nothing that a person or a run has to know of. */
const brieflySeconds = 5;

/** @returns null when nothing may be sent now: then the authorization was ended or queued again */
export async function takePass(ctx: Context, asking: Asking): Promise<Pass | null> {
  if (await isUrgent(ctx, asking)) return { probe: false };
  const gate = await passGate(ctx, asking.provider, asking.client);
  if (gate.passed) return { probe: gate.probe };
  // Whoever set the client right at the provider sees by this whether it works.
  if (gate.code === 'client_misconfigured' && asking.authorization.reason === 'user') return { probe: false };
  await transact(ctx, (tx) => holdBack(tx, asking, gate));
  ctx.meters.refreshEnded({
    provider: asking.provider.id,
    outcome: 'held_back',
    takeover: false,
    seconds: null,
  });
  return null;
}

/** A replay that the provider takes for a while only is not held back: the token would be lost. */
async function isUrgent(ctx: Context, { credential, provider }: Asking): Promise<boolean> {
  const { refresh } = requireOAuth2(provider);
  if (refresh.rotation !== 'grace') return false;
  return graceLeft(refresh, await secondsSinceUnknown(ctx, credential)) !== null;
}

/** In the transaction that settles the refresh, as its last statement: the row of a gate is used by many. */
export async function recordPass(
  tx: Context,
  at: { readonly provider: Provider; readonly client: OAuthClient | null; readonly pass: Pass },
  outcome: GateOutcome,
): Promise<void> {
  if (at.client === null) return;
  await recordOutcome(tx, { provider: at.provider.id, client: at.client, probe: at.pass.probe }, outcome);
}

/** Nothing was sent: somebody else may. */
export async function returnPass(
  ctx: Context,
  at: { readonly provider: Provider; readonly client: OAuthClient; readonly pass: Pass },
): Promise<void> {
  if (at.pass.probe) await transact(ctx, (tx) => recordPass(tx, at, { kind: 'unused' }));
}

/** The credential is not to blame: its state stays, and so does its count of failures. */
async function holdBack(tx: Context, asking: Asking, refusal: Refusal): Promise<void> {
  const { authorization, credential, provider, client } = asking;
  const { code, message, retryAfterSeconds } = refusal;
  const broken = code === 'client_misconfigured';
  if (broken || retryAfterSeconds > brieflySeconds) {
    const until = secondsFromNow(retryAfterSeconds);
    await db(tx.em)
      .updateTable('credential')
      .set({
        ...(broken ? brokenClientColumns : { refreshNotBefore: until, backOffUntil: until }),
        lastErrorCode: code,
        lastErrorMessage: message,
        lastErrorAt: now,
        updatedAt: now,
      })
      .where('id', '=', credential.id)
      .where('status', '=', 'active')
      .execute();
  }
  if (!broken) return queueAgain(tx, authorization, retryAfterSeconds, errorColumns({ code, message }));
  await flagOAuthClient(tx, { provider: provider.id, client, message });
  await fail(tx, authorization.id, { code, message });
}
