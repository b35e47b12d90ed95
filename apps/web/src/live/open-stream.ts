import type { CloudEvent } from '@latchkey/api/answers.ts';

/** `polling`: no stream is possible, so lists are fetched every 30 seconds. */
export type StreamState = 'connecting' | 'live' | 'reconnecting' | 'polling';

export interface StreamListener {
  event(event: CloudEvent): void;
  state(state: StreamState): void;
  /** Something may have been missed, as before the stream began or after a long sleep: everything on screen is read again. */
  missed(): void;
}

interface StreamOptions {
  readonly workspace: string | null;
  readonly eventTypes: readonly string[];
}

const reopenMs = 3_000;
const failuresBeforePolling = 5;
/** The server sends something every 15 seconds; a longer silence is a dead connection that nobody was told of. */
const wakeMs = 60_000;

/**
 * Follows the events of a workspace. The browser's own EventSource resumes after a cut by `Last-Event-ID`; what it gives
 * up on, such as an error answer, is opened again from the last event that came.
 * @returns ends it
 */
export function openStream({ workspace, eventTypes }: StreamOptions, listener: StreamListener): () => void {
  let source: EventSource | null = null;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  let lastEventId: string | null = null;
  let awake = Date.now();
  let failures = 0;

  const open = () => {
    const search = new URLSearchParams({
      ...(workspace === null ? {} : { workspace }),
      ...(lastEventId === null ? {} : { lastEventId }),
    });
    source = new EventSource(search.size === 0 ? 'v1/events/stream' : `v1/events/stream?${search}`);
    source.addEventListener('open', () => {
      listener.state('live');
      // Without an event so far there is nothing to resume after: what was read before this is older than the stream.
      if (lastEventId === null) listener.missed();
      failures = 0;
    });
    source.addEventListener('error', () => {
      failures += 1;
      listener.state(failures < failuresBeforePolling ? 'reconnecting' : 'polling');
      if (source?.readyState !== EventSource.CLOSED) return;
      clearTimeout(reopening);
      reopening = setTimeout(open, reopenMs);
    });
    for (const type of eventTypes) {
      source.addEventListener(type, ({ data, lastEventId: id }: MessageEvent<string>) => {
        lastEventId = id;
        listener.event(JSON.parse(data) as CloudEvent);
      });
    }
  };

  const close = () => {
    clearTimeout(reopening);
    source?.close();
  };

  /** A timer that fires late says that the machine slept, and a connection does not survive that for sure. */
  const heartbeat = setInterval(() => {
    const slept = Date.now() - awake > wakeMs;
    awake = Date.now();
    if (!slept) return;
    close();
    open();
    listener.missed();
  }, 10_000);

  listener.state('connecting');
  open();
  return () => {
    clearInterval(heartbeat);
    close();
  };
}
