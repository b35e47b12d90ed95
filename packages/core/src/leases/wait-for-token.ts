import { queueAuthorization } from '../authorizations/queue-authorization.ts';
import { transact, type Context } from '../context.ts';
import { Problem } from '../errors.ts';
import { decideLease, type LeaseDecision, type LeaseWish } from './decide-lease.ts';
import type { LeaseQuestion, LeaseRow } from './read-credentials.ts';

interface Look {
  readonly row: LeaseRow | null;
  readonly decision: LeaseDecision;
}

interface WaitInput extends Omit<LeaseWish, 'actor'> {
  readonly credentialId: string | null;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks at the credential until its token can be handed out, or certainly cannot, or the wait is over. A refresh that
 * is needed is queued, unless the provider asked for a pause: then as soon as that is over.
 * @throws Problem `too_many_waiting`; VaultError `key_service_unavailable`
 */
export async function waitForToken(ctx: Context, input: WaitInput): Promise<Look> {
  const { provider, credentialId, minTtlSeconds, signal } = input;
  const question: LeaseQuestion = { workspaceId: ctx.workspaceId, provider, credentialId };
  const deadline = performance.now() + input.waitSeconds * 1000;
  const leftMs = () => Math.max(0, deadline - performance.now());
  let queuedFor: number | null = null;

  async function look(): Promise<Look> {
    const row = await ctx.leases.read(question);
    const decision = decideLease(row, {
      actor: ctx.actor,
      provider,
      minTtlSeconds,
      waitSeconds: leftMs() / 1000,
    });
    if (decision.kind === 'hold') queuedFor = null;
    if (row !== null && decision.kind === 'refresh' && row.tokenVersion !== queuedFor)
      queuedFor = await queueRefresh(ctx, row);
    return { row, decision };
  }
  const isOver = ({ decision }: Look) =>
    decision.kind === 'serve' || decision.kind === 'refuse' || leftMs() === 0 || signal?.aborted === true;

  const first = await look();
  if (first.row === null || isOver(first)) return first;
  // What could not be opened afterwards is not worth the wait.
  await ctx.vault.warm(ctx.workspaceId);
  const watch = ctx.leases.join(first.row.id);
  if (watch === null) throw new Problem('too_many_waiting', { retryAfterSeconds: spread() });
  const ended = ctx.meters.leaseWaits();
  try {
    for (;;) {
      const turn = watch.turn();
      const current = await look();
      if (isOver(current)) return current;
      const { decision } = current;
      const pauseMs = decision.kind === 'hold' ? Math.min(leftMs(), decision.seconds * 1000) : leftMs();
      await watch.next(turn, pauseMs, signal);
    }
  } finally {
    watch.leave();
    ended();
  }
}

/** Those who are sent away together shall not come back together. */
function spread(): number {
  return 1 + Math.floor(Math.random() * 5);
}

/**
 * One transaction per credential in this process; across processes the index on authorizations at work.
 * @returns the version that the work at hand is about: an older one than ours means to ask again
 */
function queueRefresh(ctx: Context, row: LeaseRow): Promise<number | null> {
  return ctx.leases.once(`${row.id}/${row.tokenVersion}`, async () => {
    const input = { kind: 'refresh_token', credential: row, reason: 'lease' } as const;
    const { tokenVersion } = await transact(ctx, (tx) => queueAuthorization(tx, input));
    return tokenVersion;
  });
}
