/** What the page that embeds this one is told; ids and codes. */
type Told = 'ready' | 'opened' | 'connected' | 'failed' | 'cancelled' | 'closed';

export interface Embedder {
  /** Its origin, once it has greeted. */
  origin(): string | null;
  tell(type: Told, about?: Readonly<Record<string, string | null>>): void;
}

interface EmbedderOptions {
  readonly sessionId: string;
  readonly allowedOrigins: readonly string[];
  readonly state: string | null;
  /** Who greeted this tab before it went to the provider. */
  readonly greeted: string | null;
}

/** Whether the page that holds this one asks to be told: from its own window, at an origin that the session names. */
export function isHello(
  { source, origin, data }: Pick<MessageEvent<unknown>, 'source' | 'origin' | 'data'>,
  partner: unknown,
  allowedOrigins: readonly string[],
): boolean {
  if (partner === null || source !== partner || !allowedOrigins.includes(origin)) return false;
  if (typeof data !== 'object' || data === null) return false;
  const message = data as Readonly<Record<string, unknown>>;
  return message['source'] === 'latchkey' && message['version'] === 1 && message['type'] === 'hello';
}

/** Tells the embedding page how it goes, at the one origin that it greeted from; nobody before that. */
export function openEmbedder({ sessionId, allowedOrigins, state, greeted }: EmbedderOptions): Embedder {
  const partner: Window | null = window.opener ?? (window.parent === window ? null : window.parent);
  let target = greeted !== null && allowedOrigins.includes(greeted) ? greeted : null;
  const tell: Embedder['tell'] = (type, about = {}) => {
    if (partner === null || target === null) return;
    const message = { source: 'latchkey', version: 1, type, sessionId, ...about };
    partner.postMessage(state === null ? message : { ...message, state }, target);
  };
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (!isHello(event, partner, allowedOrigins)) return;
    target ??= event.origin;
    if (target === event.origin) tell('ready');
  });
  tell('ready');
  return { tell, origin: () => target };
}
