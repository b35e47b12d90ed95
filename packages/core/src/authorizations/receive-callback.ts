import { readCallback } from '../auth-methods/index.ts';
import { recordAudit } from '../audit/index.ts';
import { inWorkspace, transact, type Context } from '../context.ts';
import { now } from '../db/database-time.ts';
import { acrossWorkspaces, db } from '../db/index.ts';
import { Problem, type Failure } from '../errors.ts';
import { oauth2Method, type Provider } from '../providers/index.ts';
import { constantTimeEqual } from '../vault/index.ts';
import { addressWith } from './address-with.ts';
import { authorizationColumns, type Authorization } from './authorization-columns.ts';
import { recordAuthorizationEvent } from './authorization-event.ts';
import { holdConsent } from './release-consent.ts';
import { fail } from './run.ts';

interface ReceivedCallback {
  readonly authorization: Authorization;
  /** Where this browser takes its consent, with a code that works once; null: it counts already. */
  readonly consentUrl: string | null;
}

interface CallbackInput {
  /** From the path: must be the provider that the state was minted for. */
  readonly provider: string;
  readonly query: URLSearchParams;
  /** Value of the binding cookie, if the browser sent one. */
  readonly browser: string | null;
}

/**
 * Takes the provider's answer: checks state, browser, provider, `iss` and duplicates, seals the code and queues its
 * exchange, unless the caller verifies consents first. The first valid answer consumes the state; a refused one changes
 * nothing and no request leaves.
 * @throws Problem `invalid_callback`
 */
export async function receiveCallback(ctx: Context, input: CallbackInput): Promise<ReceivedCallback> {
  const provider = ctx.catalogue.get(input.provider);
  if (provider === undefined || oauth2Method(provider) === null)
    throw refused('The address belongs to no provider with OAuth.');
  const states = input.query.getAll('state');
  const state = states[0];
  if (state === undefined || states.length > 1) throw refused('The answer must carry exactly one state.');
  const found = await findState(ctx, state);
  const scoped = inWorkspace(ctx, found.workspaceId);
  try {
    checkBinding(ctx, found, input);
    const answer = readCallback(provider, input.query, state);
    return await (answer.kind === 'code'
      ? accept(scoped, provider, found, answer.code)
      : deny(scoped, found, answer.failure));
  } catch (error) {
    if (error instanceof Problem) {
      await transact(scoped, (tx) =>
        recordAudit(tx, {
          action: 'authorization.callback_refused',
          subject: found.authorizationId,
          outcome: 'refused',
          data: { provider: input.provider, reason: error.message },
        }),
      );
    }
    throw error;
  }
}

function refused(detail: string): Problem {
  return new Problem('invalid_callback', { detail });
}

async function findState(ctx: Context, state: string) {
  const row = await db(acrossWorkspaces(ctx.em))
    .selectFrom('authorization_state')
    .selectAll()
    .select(({ eb }) => eb('expiresAt', '<=', now).as('expired'))
    .where('stateHash', '=', ctx.vault.lookupHash('state', state))
    .executeTakeFirst();
  if (row === undefined)
    throw refused('The state is not one of ours or has expired. Start the connection again.');
  return row;
}

type StateRow = Awaited<ReturnType<typeof findState>>;

function checkBinding(ctx: Context, found: StateRow, { provider, browser }: CallbackInput): void {
  if (found.consumedAt !== null) throw refused('This answer was used already.');
  if (found.expired) throw refused('The connection took too long. Start it again.');
  if (found.provider !== provider)
    throw refused('The answer came back for another provider than the one asked.');
  if (browser === null || !constantTimeEqual(ctx.vault.lookupHash('browser', browser), found.browserHash)) {
    throw refused('The connection was started in another browser. Finish it there, or start again here.');
  }
}

async function accept(
  ctx: Context,
  provider: Provider,
  found: StateRow,
  code: string,
): Promise<ReceivedCallback> {
  const place = { workspaceId: found.workspaceId, record: found.authorizationId, version: 0 };
  const verifier = await ctx.vault.open({ ...place, field: 'verifier' }, found.keySalt, found.sealed);
  const keySalt = ctx.vault.newSalt();
  const { codeVerifier, nonce } = JSON.parse(verifier) as { codeVerifier: string; nonce: string };
  const sealed = await ctx.vault.seal(
    { ...place, field: 'code' },
    keySalt,
    JSON.stringify({ code, codeVerifier, nonce }),
  );
  const connect = await loadConnect(ctx, found.authorizationId);
  const held = connect?.consentUrl === undefined ? null : holdConsent(ctx, connect);
  const authorization = await transact(ctx, async (tx) => {
    await consume(tx, found);
    const row = await db(tx.em)
      .updateTable('authorization')
      .set({
        ...(held?.columns ?? { status: 'queued', nextAttemptAt: now }),
        keySalt,
        sealed,
        ticketHash: null,
      })
      .where('id', '=', found.authorizationId)
      .where('status', '=', 'awaiting_consent')
      // Another browser was faster, and its consent is being verified.
      .where('sealed', 'is', null)
      .where('expiresAt', '>', now)
      .returning(authorizationColumns)
      .executeTakeFirst();
    if (row === undefined) throw refused('This authorization is over. Start the connection again.');
    if (held === null) await recordAuthorizationEvent(tx, 'queued', row);
    await recordAudit(tx, {
      action: 'authorization.callback',
      subject: row.id,
      data: { provider: provider.id, ...(held === null ? {} : { toBeVerified: true }) },
    });
    return row;
  });
  if (held === null || connect?.consentUrl === undefined) return { authorization, consentUrl: null };
  const { consentCode } = held;
  const query = { authorizationId: authorization.id, consentCode };
  return { authorization, consentUrl: addressWith(connect.consentUrl, query) };
}

async function loadConnect(ctx: Context, id: string) {
  const { connect } = await db(ctx.em)
    .selectFrom('authorization')
    .select('connect')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return connect;
}

async function deny(ctx: Context, found: StateRow, failure: Failure): Promise<ReceivedCallback> {
  const authorization = await transact(ctx, async (tx) => {
    await consume(tx, found);
    await fail(tx, found.authorizationId, { code: failure.code, message: failure.message });
    await recordAudit(tx, {
      action: 'authorization.callback',
      subject: found.authorizationId,
      outcome: 'refused',
      data: { provider: found.provider, code: failure.code },
    });
    return db(tx.em)
      .selectFrom('authorization')
      .select(authorizationColumns)
      .where('id', '=', found.authorizationId)
      .executeTakeFirstOrThrow();
  });
  return { authorization, consentUrl: null };
}

/** Single use by one atomic statement; a second answer, even at the same moment, finds it consumed. */
async function consume(tx: Context, found: StateRow): Promise<void> {
  const consumed = await db(tx.em)
    .updateTable('authorization_state')
    .set({ consumedAt: now })
    .where('stateHash', '=', found.stateHash)
    .where('consumedAt', 'is', null)
    .where('expiresAt', '>', now)
    .returning('authorizationId')
    .executeTakeFirst();
  if (consumed === undefined) throw refused('This answer was used already.');
}
