const tokenKey = (sessionId: string) => `latchkey:connect:${sessionId}`;
const embedderKey = (sessionId: string) => `latchkey:connect:parent:${sessionId}`;

/** What a tab keeps while it is at the provider: the address it comes back to carries no secret. */
interface Kept {
  readonly token: string;
  /** Whom it tells how it goes; that page does not greet twice. */
  readonly embedder: string | null;
}

export function keepWhileAway(sessionId: string, { token, embedder }: Kept): void {
  try {
    sessionStorage.setItem(tokenKey(sessionId), token);
    if (embedder !== null) sessionStorage.setItem(embedderKey(sessionId), embedder);
  } catch {
    // Blocked: the person finds the way back by the link that they came from.
  }
}

/** Null when this tab did not leave for the provider, or must not store anything. */
export function takeBack(sessionId: string): Kept | null {
  try {
    const token = sessionStorage.getItem(tokenKey(sessionId));
    const embedder = sessionStorage.getItem(embedderKey(sessionId));
    sessionStorage.removeItem(tokenKey(sessionId));
    sessionStorage.removeItem(embedderKey(sessionId));
    return token === null ? null : { token, embedder };
  } catch {
    return null;
  }
}
