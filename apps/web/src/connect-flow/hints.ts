const types = new Set(['connected', 'failed']);

/** Whether the page after the provider says that this authorization is over. Anybody could: it is a reason to ask, no answer. */
export function isHint(origin: string, data: unknown, ours: string, authorizationId: string): boolean {
  if (origin !== ours || typeof data !== 'object' || data === null) return false;
  const message = data as Readonly<Record<string, unknown>>;
  return (
    message['source'] === 'latchkey' &&
    message['version'] === 1 &&
    types.has(String(message['type'])) &&
    message['authorizationId'] === authorizationId
  );
}

/**
 * Calls back when another window of ours says that the authorization is over: by a message, or over the channel where the
 * windows are cut off from each other.
 * @returns ends it
 */
export function listenForHints(authorizationId: string, onHint: () => void): () => void {
  const listener = ({ origin, data }: MessageEvent<unknown>) => {
    if (isHint(origin, data, window.location.origin, authorizationId)) onHint();
  };
  window.addEventListener('message', listener);
  const channel = openChannel();
  channel?.addEventListener('message', listener);
  return () => {
    window.removeEventListener('message', listener);
    channel?.close();
  };
}

/** Null where the browser blocks it, as in frames of other sites. */
function openChannel(): BroadcastChannel | null {
  try {
    return new BroadcastChannel('latchkey');
  } catch {
    return null;
  }
}
