import type { Problem } from '../api/send.ts';
import type { Authorization } from './session.ts';

const source = 'latchkey-window';

/** What the window needs to ask for the link itself, and what it says meanwhile. */
export interface Errand {
  readonly token: string;
  readonly provider: string;
  readonly lang: string;
  readonly texts: { readonly title: string; readonly hint: string };
}

interface Reports {
  onStarted(authorization: Authorization): void;
  onRefused(problem: Problem | null): void;
}

/**
 * Sends a window that was opened at `connect/window` to the provider. It is our own origin until it leaves, and nobody
 * else is listened to.
 * @returns ends it
 */
export function sendToProvider(handle: Window, errand: Errand, reports: Reports): () => void {
  const listener = ({ origin, source: sender, data }: MessageEvent<Record<string, unknown> | null>) => {
    if (origin !== window.location.origin || sender !== handle || data?.['source'] !== source) return;
    const { type } = data;
    if (type === 'ready') handle.postMessage({ source, type: 'go', ...errand }, origin);
    else if (type === 'started') reports.onStarted(data['authorization'] as Authorization);
    else if (type === 'refused') reports.onRefused(data['problem'] as Problem | null);
  };
  window.addEventListener('message', listener);
  return () => window.removeEventListener('message', listener);
}
