import { sql } from 'kysely';
import { buildAuthorizationUrl } from '../auth-methods/index.ts';
import { inWorkspace, transact, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import { recallOAuthClient, redirectUri } from '../oauth-clients/index.ts';
import { requireProvider } from '../providers/require-provider.ts';
import { findByTicket, isConfirmed, needsConfirmation, newToken, stateMinutes } from './tickets.ts';

/** A link that is opened over and over must not fill the table. */
const mostStatesPerAuthorization = 20;

interface ContinueInput {
  readonly ticket: string;
  readonly sessionId: string | null;
  /** Value of the binding cookie, if the browser sent one. */
  readonly browser: string | null;
  /** From the Continue link of the confirmation page. */
  readonly confirmation: string | null;
}

/**
 * Sends this browser on to the provider: a fresh `state`, PKCE verifier and nonce, bound to the browser by a cookie.
 * @returns null when the browser must see the confirmation page first
 * @throws Problem `invalid_callback`; Failure `client_misconfigured`
 */
export async function continueTicket(
  ctx: Context,
  input: ContinueInput,
): Promise<{ redirectTo: string; browser: string } | null> {
  const row = await findByTicket(ctx, input.ticket);
  if (
    needsConfirmation(ctx.vault, row, input) &&
    !isConfirmed(ctx.vault, input.ticket, input.browser, input.confirmation)
  ) {
    return null;
  }
  const scoped = inWorkspace(ctx, row.workspaceId);
  const provider = requireProvider(ctx.catalogue, row.provider);
  const client = await recallOAuthClient(scoped, provider, row);
  const browser = input.browser ?? newToken();
  const [state, codeVerifier, nonce] = [newToken(), newToken(), newToken()];
  const keySalt = ctx.vault.newSalt();
  const sealed = await ctx.vault.seal(
    { workspaceId: row.workspaceId, record: row.id, field: 'verifier', version: 0 },
    keySalt,
    JSON.stringify({ codeVerifier, nonce }),
  );
  await transact(scoped, async (tx) => {
    await db(tx.em)
      .deleteFrom('authorization_state')
      .where('authorizationId', '=', row.id)
      .where('stateHash', 'not in', (query) =>
        query
          .selectFrom('authorization_state')
          .select('stateHash')
          .where('authorizationId', '=', row.id)
          .orderBy('createdAt', 'desc')
          .limit(mostStatesPerAuthorization - 1),
      )
      .execute();
    await db(tx.em)
      .insertInto('authorization_state')
      .values({
        stateHash: ctx.vault.lookupHash('state', state),
        authorizationId: row.id,
        workspaceId: row.workspaceId,
        provider: row.provider,
        browserHash: ctx.vault.lookupHash('browser', browser),
        keySalt,
        sealed,
        expiresAt: sql<Date>`now() + make_interval(mins => ${stateMinutes})`,
      })
      .execute();
  });
  const redirectTo = await buildAuthorizationUrl(provider, client, {
    state,
    codeVerifier,
    nonce,
    redirectUri: redirectUri(ctx.settings, provider.id),
  });
  return { redirectTo, browser };
}
