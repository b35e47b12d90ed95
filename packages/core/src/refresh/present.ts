import { refreshGrant, TokenRequestError, type TokenGrant } from '../auth-methods/index.ts';
import type { Context } from '../context.ts';
import { Failure } from '../errors.ts';
import type { OAuth2Method } from '../providers/index.ts';
import { Secret } from '../secret.ts';
import { sealAnswer, type Presentation } from './answer.ts';
import { countFailure, countSuccess } from './count-outcome.ts';
import { endLateGrant } from './end-late-grant.ts';
import { settleFailure } from './settle-failure.ts';
import { spillRecord } from './spill-record.ts';
import { storeAnswer } from './store-answer.ts';
import { untilCommitted } from './until-committed.ts';

/** Together with the deadline of the call it stays inside the lease. */
export const mostSecondsBeforeSending = 5;

type At = Presentation & { readonly method: OAuth2Method };

/** Steps 3 to 5 of the refresh protocol, under the lease: sends, and makes what comes of it durable. */
export async function present(ctx: Context, at: At): Promise<void> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  let grant: TokenGrant;
  try {
    grant = await send(ctx, at);
  } catch (error) {
    if (!(error instanceof TokenRequestError)) throw error;
    const { failure, sent, providerStatus, clientRejected, gaveUp } = error;
    const took = seconds();
    ctx.crashPoint('refused');
    const settled = await untilCommitted(ctx, () =>
      settleFailure(ctx, { ...at, failure, sent, providerStatus, clientRejected, gaveUp }),
    );
    ctx.crashPoint('settled');
    countFailure(ctx, at, settled, took);
    return;
  }
  const took = seconds();
  ctx.crashPoint('received');
  const answer = await untilCommitted(ctx, () => sealAnswer(ctx, at, grant));
  const stored = await untilCommitted(
    ctx,
    () => storeAnswer(ctx, at, answer),
    () => spillRecord(at, answer),
  );
  // The file is the memory now, and its replay ends the authorization.
  if (stored === 'spilled') return;
  ctx.crashPoint('stored');
  countSuccess(ctx, at, took);
  if (stored === 'gone' || stored === 'replaced') await endLateGrant(ctx, at, answer.payload);
}

async function send(ctx: Context, { provider, client, payload, held }: At): Promise<TokenGrant> {
  // A process that was paused with the lease in its hands: somebody else may have it by now.
  if (performance.now() - held.heldSince > mostSecondsBeforeSending * 1000)
    throw new TokenRequestError('not_sent', new Failure('refresh_interrupted'));
  return refreshGrant(ctx.fetch, {
    provider,
    client,
    refreshToken: new Secret(payload.refreshToken ?? ''),
    previousScopes: payload.scopes,
  });
}
