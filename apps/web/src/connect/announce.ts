import type { Embedder } from './embedder.ts';
import type { Flow } from './flow.ts';

function attemptOf(flow: Flow): string | null {
  return flow.at === 'going' ? (flow.authorization?.id ?? null) : null;
}

/** Tells the embedding page what a step of the flow means to it: `connected` once, whatever was heard how often. */
export function announce(embedder: Pick<Embedder, 'tell'>, before: Flow, after: Flow): void {
  if (after.at === 'connected') {
    if (before.at === 'connected') return;
    const { authorizationId, credentialId, provider } = after;
    embedder.tell('connected', { authorizationId, credentialId, provider });
    return;
  }
  const authorizationId = attemptOf(after);
  if (after.at === 'going' && after.method === 'oauth2' && authorizationId !== attemptOf(before)) {
    if (authorizationId !== null) embedder.tell('opened', { authorizationId, provider: after.provider });
    return;
  }
  if (before.at !== 'going' || after.at !== 'preparing') return;
  const { provider } = after;
  if (after.failure?.kind === 'ended') {
    const { code, authorization } = after.failure;
    embedder.tell('failed', { authorizationId: authorization.id, provider, code });
  } else if (after.failure === null) {
    const attempt = attemptOf(before);
    embedder.tell('cancelled', attempt === null ? { provider } : { authorizationId: attempt, provider });
  }
}
