import { readFileSync } from 'node:fs';
import type { AuthorizationError } from '../routes/authorizations/schemas.ts';
import { document } from './document.ts';
import { markup, trusted, type Html } from './markup.ts';

/** What a page knows about an authorization; the status endpoint answers with the same. */
export interface FollowedAuthorization {
  readonly id: string;
  readonly provider: string;
  readonly status: string;
  readonly credentialId: string | null;
  readonly error: AuthorizationError | null;
  /** Where the browser goes when it is over, with the outcome in its query. */
  readonly returnTo: string | null;
}

interface ResultPage {
  readonly authorization: FollowedAuthorization;
  readonly providerLabel: string;
  /** The only origin that is told how it ended. */
  readonly publicOrigin: string;
  readonly requestId: string;
  readonly nonce: string;
}

const script = trusted(readFileSync(new URL('../../static/follow.js', import.meta.url), 'utf8'));

const unfinished = new Set(['awaiting_consent', 'queued', 'running']);

export function isOver({ status }: Pick<FollowedAuthorization, 'status'>): boolean {
  return !unfinished.has(status);
}

function nextStep(actor: string, label: string): string {
  if (actor === 'admin') return 'Ask an administrator of this workspace to look at it.';
  if (actor === 'user') return `Close this tab and connect ${label} again.`;
  return 'Close this tab and try again in a few minutes.';
}

function outcome({ authorization, providerLabel, requestId }: ResultPage): Html {
  const { status, error } = authorization;
  if (!isOver(authorization)) {
    return markup`<h1 role="status" id="state">Finishing the connection to ${providerLabel}…</h1>
      <p class="hint" id="hint">This takes a few seconds. You can leave this tab open.</p>`;
  }
  if (status === 'succeeded') {
    return markup`<h1 role="status" id="state" class="good">✓ ${providerLabel} is connected</h1>
      <p class="hint" id="hint">You can close this tab.</p>`;
  }
  return markup`<h1 role="alert" id="state" class="bad">${providerLabel} was not connected</h1>
    <p>${error?.message ?? 'The authorization ended.'}</p>
    <p><strong>${nextStep(error?.actor ?? 'user', providerLabel)}</strong></p>
    <details>
      <summary>Technical details</summary>
      <dl>
        <dt>Code</dt>
        <dd><code>${error?.code ?? status}</code></dd>
        <dt>Authorization</dt>
        <dd><code>${authorization.id}</code></dd>
        <dt>Request id</dt>
        <dd><code>${requestId}</code></dd>
      </dl>
    </details>`;
}

/** Without JavaScript the page asks again by itself, and goes on by itself in the end. */
function refresh(authorization: FollowedAuthorization): Html | null {
  if (!isOver(authorization)) {
    return markup`<noscript><meta http-equiv="refresh" content="2;url=/oauth/result/${authorization.id}" /></noscript>`;
  }
  if (authorization.returnTo === null) return null;
  return markup`<noscript><meta http-equiv="refresh" content="0;url=${authorization.returnTo}" /></noscript>`;
}

/** Follows an authorization to its end, tells whoever opened it, and closes itself after a success. */
export function resultPage(page: ResultPage): string {
  const { authorization, publicOrigin, nonce, providerLabel } = page;
  return document({
    title: `Connecting ${providerLabel}`,
    nonce,
    head: refresh(authorization),
    body: markup`<main
        data-authorization="${authorization.id}"
        data-origin="${publicOrigin}"
        data-label="${providerLabel}"
        data-known="${isOver(authorization) ? JSON.stringify(authorization) : ''}"
      >
        <p class="brand">Latchkey</p>
        ${outcome(page)}
      </main>
      <script nonce="${nonce}">${script}</script>`,
  });
}

/** The caller's return URL with the outcome; ids and codes, nothing secret. */
export function returnAddress(
  returnUrl: string | null,
  authorization: Omit<FollowedAuthorization, 'returnTo'>,
): string | null {
  if (returnUrl === null || !isOver(authorization)) return null;
  const url = new URL(returnUrl);
  url.searchParams.set('status', authorization.status);
  url.searchParams.set('authorizationId', authorization.id);
  if (authorization.credentialId !== null) url.searchParams.set('credentialId', authorization.credentialId);
  if (authorization.error !== null) url.searchParams.set('code', authorization.error.code);
  return url.href;
}
