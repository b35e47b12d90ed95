import type { Context } from '../context.ts';
import { waitForChange } from '../events/index.ts';
import { attemptsOf } from './load-session.ts';
import { loadVisibleSession } from './load-visible-session.ts';
import { outcomeOf, type ConnectOutcome } from './outcome.ts';

interface GetOutcomeInput {
  readonly id: string;
  /** Long poll: answers as soon as something changes, at the latest after this long. */
  readonly waitSeconds?: number | undefined;
  /** What the caller knows, by `seenOf`: where it stands otherwise already, nothing is waited for. */
  readonly seen?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Of an outcome, what tells one step of a session from the next. */
function seenOf({ authorizationId, result }: ConnectOutcome): string {
  return `${authorizationId ?? ''}.${result ?? ''}`;
}

/** How a connect session stands. @throws Problem `connect_session_not_found`, also for what is private to somebody else */
export async function getOutcome(
  ctx: Context,
  { id, waitSeconds = 0, seen, signal }: GetOutcomeInput,
): Promise<ConnectOutcome> {
  return waitForChange({
    bus: ctx.bus,
    waitSeconds,
    signal,
    concerns: ({ type, workspaceid }) =>
      workspaceid === ctx.workspaceId && /^latchkey\.(?:authorization|connect_session)\./.test(type),
    read: async () => readOutcome(ctx, id),
    done: (outcome) => outcome.status !== 'open' || (seen !== undefined && seen !== seenOf(outcome)),
  });
}

async function readOutcome(ctx: Context, id: string): Promise<ConnectOutcome> {
  const session = await loadVisibleSession(ctx, { id });
  return outcomeOf(ctx, session, await attemptsOf(ctx, session));
}
