import type { CloudEvent } from '@latchkey/api/answers.ts';
import { basePath } from '../base-url.ts';
import { openStream, type StreamListener, type StreamState } from './open-stream.ts';

interface ShareOptions {
  readonly workspace: string | null;
  readonly eventTypes: readonly string[];
}

type Message =
  | { readonly kind: 'event'; readonly event: CloudEvent }
  | { readonly kind: 'state'; readonly state: StreamState }
  | { readonly kind: 'missed' }
  | { readonly kind: 'ask' };

/**
 * One stream per browser, deployment and workspace: over HTTP/1.1 a browser has six connections to a server, and a stream per tab
 * would use them up. The tab that holds the lock has the stream and passes on what comes; when it is closed, the
 * next one gets the lock. Without locks, as on plain http, each tab has its own.
 * @returns ends it for this tab
 */
export function shareStream({ workspace, eventTypes }: ShareOptions, listener: StreamListener): () => void {
  // Only where the page is served securely, whatever the type says.
  const locks = navigator.locks as LockManager | undefined;
  if (locks === undefined) return openStream({ workspace, eventTypes }, listener);

  const name = `latchkey-events-${basePath()}-${workspace ?? 'default'}`;
  const channel = new BroadcastChannel(name);
  const end = new AbortController();
  let state: StreamState = 'connecting';
  let leads = false;

  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target: it stays in this origin
  const post = (message: Message) => channel.postMessage(message);
  const deliver = (message: Message) => {
    if (message.kind === 'event') listener.event(message.event);
    else if (message.kind === 'missed') listener.missed();
    else if (message.kind === 'state') {
      ({ state } = message);
      listener.state(state);
    }
  };
  const toAll = (message: Message) => {
    deliver(message);
    post(message);
  };
  channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'ask' && leads) post({ kind: 'state', state });
    else deliver(data);
  });

  const lead = async () => {
    leads = true;
    const close = openStream(
      { workspace, eventTypes },
      {
        event: (event) => toAll({ kind: 'event', event }),
        state: (next) => toAll({ kind: 'state', state: next }),
        missed: () => toAll({ kind: 'missed' }),
      },
    );
    await new Promise((resolve) => end.signal.addEventListener('abort', resolve));
    close();
  };

  post({ kind: 'ask' });
  void locks.request(name, { signal: end.signal }, lead).catch((error: unknown) => {
    if (!end.signal.aborted) throw error;
  });
  return () => {
    end.abort();
    channel.close();
  };
}
