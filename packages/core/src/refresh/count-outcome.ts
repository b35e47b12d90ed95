import type { Context } from '../context.ts';
import type { Presentation } from './answer.ts';
import type { Settled } from './settle-failure.ts';

/** The metrics of a presentation, once what became of it is committed. */
export function countSuccess(ctx: Context, { provider, held }: Presentation, seconds: number): void {
  const { takeover } = held;
  ctx.meters.refreshEnded({ provider: provider.id, outcome: 'succeeded', takeover, seconds });
  if (takeover) ctx.meters.takeoverDecided({ provider: provider.id, decision: 'present' });
}

export function countFailure(
  ctx: Context,
  { provider, held }: Presentation,
  { outcome, verdict, deferred }: Settled,
  seconds: number,
): void {
  const { takeover } = held;
  ctx.meters.refreshEnded({ provider: provider.id, outcome, takeover, seconds });
  if (takeover) ctx.meters.takeoverDecided({ provider: provider.id, decision: 'present' });
  if (deferred) ctx.meters.takeoverDecided({ provider: provider.id, decision: 'deferred' });
  if (verdict.kind === 'dead')
    ctx.meters.reauthorizationRequired({ provider: provider.id, reason: verdict.code });
}
