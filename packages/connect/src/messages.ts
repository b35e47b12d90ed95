/** What the connect page tells the page that opened it. Ids and codes, nothing secret: ask the server before you rely on it. */
export interface ConnectEvents {
  /** The connect page is there. */
  ready: { readonly sessionId: string; readonly state?: string };
  /** The person went on to the provider. */
  opened: Happened;
  /** Comes once at most. */
  connected: Happened & { readonly credentialId: string };
  /** One attempt failed; another may succeed. `not_loaded`, `no_session`: the page did not come up. */
  failed: Partial<Happened> & { readonly code: string };
  cancelled: Partial<Happened>;
  /** The page is gone, and nothing more comes. */
  closed: { readonly sessionId?: string; readonly state?: string };
  /** The browser let no window open. Offer `url` as a link, or the mode `redirect`. */
  blocked: { readonly sessionId?: undefined };
}

interface Happened {
  readonly sessionId: string;
  readonly authorizationId: string;
  readonly provider: string;
  readonly state?: string;
}

export type ConnectEventType = keyof ConnectEvents;

export type ConnectEvent = {
  [Type in ConnectEventType]: { readonly type: Type } & ConnectEvents[Type];
}[ConnectEventType];

const fromPage: ReadonlySet<unknown> = new Set<ConnectEventType>([
  'ready',
  'opened',
  'connected',
  'failed',
  'cancelled',
  'closed',
]);

const members = ['sessionId', 'authorizationId', 'credentialId', 'provider', 'code', 'state'] as const;

/** Reads what came from the connect page's origin; null when it is nothing of ours, or of another session. */
export function readMessage(data: unknown, sessionId: string | null): ConnectEvent | null {
  if (typeof data !== 'object' || data === null) return null;
  const message = data as Record<string, unknown>;
  if (message['source'] !== 'latchkey' || message['version'] !== 1 || !fromPage.has(message['type']))
    return null;
  if (typeof message['sessionId'] !== 'string') return null;
  if (sessionId !== null && message['sessionId'] !== sessionId) return null;
  const event: Record<string, unknown> = { type: message['type'] };
  for (const name of members) if (typeof message[name] === 'string') event[name] = message[name];
  return event as unknown as ConnectEvent;
}
