import type { Authorization, CloudEvent } from '@latchkey/api/answers.ts';
import { getAuthorization } from '../api/authorizations.ts';
import { follow } from '../connect-flow/follow.ts';

interface FollowOptions {
  /** Tells of events, which come sooner than a long poll that was not asked yet. */
  listen(listener: (event: CloudEvent) => void): () => void;
  onChange(authorization: Authorization): void;
  readonly signal: AbortSignal;
}

export function isOver({ status }: Authorization): boolean {
  return !['awaiting_consent', 'queued', 'running'].includes(status);
}

/**
 * Tells how an authorization is going until it is over, and at once when an event says so.
 * @throws ApiError when it cannot be read and asking again is no use
 */
export async function followAuthorization(
  id: string,
  { listen, onChange, signal }: FollowOptions,
): Promise<void> {
  if (signal.aborted) return;
  const end = Promise.withResolvers<void>();
  const following = follow({
    read: (wait, reading) => getAuthorization(id, wait, reading),
    isOver,
    onState: (authorization) => {
      onChange(authorization);
      if (isOver(authorization)) end.resolve();
    },
    onLost: end.reject,
  });
  const endEvents = listen(({ subject }) => {
    if (subject === id) following.wake();
  });
  signal.addEventListener('abort', () => end.resolve(), { once: true });
  try {
    await end.promise;
  } finally {
    following.stop();
    endEvents();
  }
}
