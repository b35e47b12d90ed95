import type { ConnectEvent } from './messages.ts';
import type { Surroundings } from './surroundings.ts';

interface Outcome {
  readonly sessionId: string;
  readonly status: 'open' | 'connected' | 'closed' | 'expired';
  readonly result: string | null;
  readonly authorizationId: string | null;
  readonly kind: string | null;
  readonly credentialId: string | null;
  readonly provider: string | null;
  readonly code: string | null;
  readonly state: string | null;
}

/** What an outcome means, as the page would have told it. */
export function eventsOf(outcome: Outcome): ConnectEvent[] {
  const { sessionId, status, result, authorizationId, kind, credentialId, provider, code, state } = outcome;
  const common = { sessionId, ...(state === null ? {} : { state }) };
  const attempt = { ...common, authorizationId: authorizationId ?? '', provider: provider ?? '' };
  const events: ConnectEvent[] = [];
  if (result === 'succeeded')
    events.push({ type: 'connected', ...attempt, credentialId: credentialId ?? '' });
  else if (result === 'failed') events.push({ type: 'failed', ...attempt, code: code ?? 'unknown' });
  else if (result !== null) events.push({ type: 'cancelled', ...attempt });
  else if (kind === 'exchange_code') events.push({ type: 'opened', ...attempt });
  if (status === 'closed' || status === 'expired') events.push({ type: 'closed', ...common });
  return events;
}

/** Asks the server how the session stands, until it is told to stop. For windows that no message comes from. */
export function followOutcome(
  { fetch, setTimeout, clearTimeout }: Surroundings,
  { url, onEvents }: { url: string; onEvents: (events: readonly ConnectEvent[]) => void },
): () => void {
  const { pathname } = new URL(url);
  // Beside `/connect/session/<token>`, wherever that is on its host.
  const { href } = new URL('../../v1/connect-session/outcome', url);
  const headers = { 'x-connect-session': pathname.slice(pathname.lastIndexOf('/') + 1) };
  const gone = new AbortController();
  let timer: unknown;
  let pause = 1000;
  let seen = '';

  const ask = async (wait: number): Promise<void> => {
    try {
      const response = await fetch(`${href}?wait=${wait}${seen}`, {
        headers,
        signal: gone.signal,
        credentials: 'omit',
      });
      if (response.ok) {
        const outcome = (await response.json()) as Outcome;
        // What happens between two questions is not to be waited for.
        seen = `&seen=${outcome.authorizationId ?? ''}.${outcome.result ?? ''}`;
        onEvents(eventsOf(outcome));
        pause = 1000;
      } else if (response.status === 404) {
        onEvents([{ type: 'closed' }]);
      } else pause *= 2;
    } catch {
      // Off line, asleep, or not one of the session's origins.
      pause *= 2;
    }
    pause = Math.min(pause, 30_000);
    if (!gone.signal.aborted) timer = setTimeout(() => void ask(25), pause);
  };

  void ask(0);
  return () => {
    gone.abort();
    clearTimeout(timer);
  };
}
