import { sql } from 'kysely';
import { z } from 'zod';
import { exchangeCode as requestExchange, fetchAccount, TokenRequestError } from '../auth-methods/index.ts';
import type { Account, OAuthClient, TokenGrant } from '../auth-methods/index.ts';
import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { now, secondsFromNow } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { Failure } from '../errors.ts';
import { flagOAuthClient, recallOAuthClient, redirectUri } from '../oauth-clients/index.ts';
import { requireProvider } from '../providers/require-provider.ts';
import type { Provider } from '../providers/index.ts';
import type { Authorization } from './authorization-columns.ts';
import { endGrant } from './end-grant.ts';
import { lateSeconds } from './late-seconds.ts';
import { begin, retryOrFail } from './run.ts';
import { storeGrant } from './store-grant.ts';
import { toPayload } from './token-changes.ts';
import { untilCommitted } from '../refresh/until-committed.ts';

const sealedSchema = z.object({ code: z.string(), codeVerifier: z.string(), nonce: z.string() });

/**
 * Exchanges an authorization code, at most once: what breaks after the request may have reached the provider ends the
 * authorization, and a person connects again. [RFC 6749 §4.1.2, RFC 9700 §4.5]
 */
export async function exchangeCode(
  ctx: Context,
  { authorizationId }: { authorizationId: string },
): Promise<void> {
  const authorization = await begin(ctx, authorizationId, 'exchange_code');
  if (authorization === null) return;
  const provider = requireProvider(ctx.catalogue, authorization.provider);
  let client: OAuthClient | null = null;
  try {
    const row = await loadSealed(ctx, authorizationId);
    client = await recallOAuthClient(ctx, provider, row);
    await ctx.vault.warm(ctx.workspaceId, keySeconds);
    const presentedAt = await present(ctx, authorizationId);
    if (presentedAt === null) return;
    const grant = await send(ctx, provider, client, row);
    const account = await readAccount(ctx, provider, client, grant);
    const issued = { provider, client, grant, account, presentedAt };
    await untilCommitted(ctx, () => storeGrant(ctx, authorization, issued));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await settleFailure(ctx, authorization, client, error);
  }
}

async function loadSealed(ctx: Context, id: string) {
  const row = await db(ctx.em)
    .selectFrom('authorization')
    .select(['keySalt', 'sealed', 'clientMode', 'clientId', 'clientParams'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (row.sealed === null) throw new Failure('code_expired');
  const place = { workspaceId: ctx.workspaceId, record: id, field: 'code', version: 0 };
  return { ...row, ...sealedSchema.parse(JSON.parse(await ctx.vault.open(place, row.keySalt, row.sealed))) };
}

/** Longer than the exchange and the user-info call after it may take together. */
const inFlightSeconds = 45;

/** So long after the decision to present the code the grant can be sealed, whatever becomes of the key service. */
const keySeconds = 120;

/**
 * Committed before the code leaves. Null when another run has just presented it and may still be at work: that one
 * goes on, or the reconciler as soon as it cannot be at work any more.
 * @throws Failure `exchange_outcome_unknown` when an earlier run presented it and never came back
 */
async function present(ctx: Context, id: string): Promise<Date | null> {
  const presented = await db(ctx.em)
    .updateTable('authorization')
    .set({ presentedAt: now })
    .where('id', '=', id)
    .where('presentedAt', 'is', null)
    .returning('presentedAt')
    .executeTakeFirst();
  if (presented !== undefined) return presented.presentedAt;
  const inFlight = await db(ctx.em)
    .updateTable('authorization')
    .set({ nextAttemptAt: sql<Date>`presented_at + make_interval(secs => ${inFlightSeconds - lateSeconds})` })
    .where('id', '=', id)
    .where('status', '=', 'running')
    .where('presentedAt', '>', secondsFromNow(-inFlightSeconds))
    .returning('id')
    .executeTakeFirst();
  if (inFlight === undefined) throw new Failure('exchange_outcome_unknown');
  return null;
}

async function send(
  ctx: Context,
  provider: Provider,
  client: OAuthClient,
  { code, codeVerifier, nonce }: z.infer<typeof sealedSchema>,
): Promise<TokenGrant> {
  try {
    return await requestExchange(ctx.fetch, {
      provider,
      client,
      code,
      codeVerifier,
      nonce,
      redirectUri: redirectUri(ctx.settings, provider.id),
    });
  } catch (error) {
    if (!(error instanceof TokenRequestError)) throw error;
    if (error.grant !== null) await giveBack(ctx, provider, client, error.grant);
    if (mayHaveBeenUsed(error)) throw new Failure('exchange_outcome_unknown', { cause: error });
    throw error.failure;
  }
}

/** A code is presented again only when the request never left or the provider said that it was too busy to look at it. */
function mayHaveBeenUsed({ sent, failure }: TokenRequestError): boolean {
  return sent === 'unknown' || (sent === 'answered' && failure.retryable && failure.code !== 'rate_limited');
}

/** Tokens that are not wanted, for example because too little was granted, must not stay alive at the provider. */
async function giveBack(
  ctx: Context,
  provider: Provider,
  client: OAuthClient,
  grant: TokenGrant,
): Promise<void> {
  const account = await readAccount(ctx, provider, client, grant);
  const accountId = account?.id ?? null;
  const unwanted = { provider, client, payload: toPayload(grant, null), credentialId: null, accountId };
  await endGrant(ctx, unwanted).catch((error: unknown) => {
    ctx.log.warn({ err: error, provider: provider.id }, 'an unwanted grant could not be revoked');
  });
}

async function readAccount(
  ctx: Context,
  provider: Provider,
  client: OAuthClient,
  grant: TokenGrant,
): Promise<Account | null> {
  return grant.account ?? fetchAccount(ctx.fetch, { provider, client, accessToken: grant.accessToken });
}

async function settleFailure(
  ctx: Context,
  authorization: Authorization,
  client: OAuthClient | null,
  failure: Failure,
): Promise<void> {
  await transact(ctx, async (tx) => {
    if (failure.code === 'client_misconfigured' && client !== null) {
      await flagOAuthClient(tx, { provider: authorization.provider, client, message: failure.message });
    }
    // `send` leaves only those retryable that may be repeated.
    if (failure.retryable) {
      await db(tx.em)
        .updateTable('authorization')
        .set({ presentedAt: null })
        .where('id', '=', authorization.id)
        .execute();
    }
    await recordAudit(tx, {
      action: 'token.exchange',
      subject: authorization.id,
      outcome: 'refused',
      data: { provider: authorization.provider, code: failure.code },
    });
    await retryOrFail(tx, authorization, failure);
  });
}
