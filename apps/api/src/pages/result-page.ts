import { readFileSync } from 'node:fs';
import type { AuthorizationError } from '../routes/authorizations/schemas.ts';
import { details } from './details.ts';
import { document, type PageFrame } from './document.ts';
import { describeFailure } from './error-page.ts';
import { markup, trusted, type Html } from './markup.ts';
import { textsIn } from './texts.ts';

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
  readonly frame: PageFrame;
}

const script = trusted(readFileSync(new URL('../../static/follow.js', import.meta.url), 'utf8'));

const unfinished = new Set(['awaiting_consent', 'queued', 'running']);

export function isOver({ status }: Pick<FollowedAuthorization, 'status'>): boolean {
  return !unfinished.has(status);
}

function outcome({ authorization, providerLabel: provider, requestId, frame }: ResultPage): Html {
  const { status, error } = authorization;
  const t = textsIn(frame.language);
  if (!isOver(authorization)) {
    return markup`<div role="status"><h1 id="state">${t('finishing.title', { provider })}</h1></div>
      <p class="hint" id="hint">${t('finishing.hint')}</p>`;
  }
  if (status === 'succeeded') {
    return markup`<div role="status"><h1 id="state" class="good">✓ ${t('connect:connected.title', { provider })}</h1></div>
      <p class="hint" id="hint">${t('connect:connected.canClose')}</p>`;
  }
  const code = error?.code ?? `authorization_${status}`;
  return markup`<div role="alert"><h1 id="state" class="bad">${t('failed.title', { provider })}</h1></div>
    ${describeFailure({ code, message: error?.message ?? '' }, provider, frame.language)}
    <p><strong>${t(`next.${error?.actor ?? 'user'}`, { provider })}</strong></p>
    ${details(t, { code, authorization: authorization.id, request: requestId })}`;
}

/** Without JavaScript the page asks again by itself, and goes on by itself in the end. */
function refresh({ authorization, frame }: ResultPage): Html | null {
  if (!isOver(authorization)) {
    return markup`<noscript><meta http-equiv="refresh" content="2;url=${frame.base}oauth/result/${authorization.id}" /></noscript>`;
  }
  if (authorization.returnTo === null) return null;
  return markup`<noscript><meta http-equiv="refresh" content="0;url=${authorization.returnTo}" /></noscript>`;
}

/** Follows an authorization to its end, tells whoever opened it, and closes itself after a success. */
export function resultPage(page: ResultPage): string {
  const { authorization, publicOrigin, frame, providerLabel: provider } = page;
  const t = textsIn(frame.language);
  return document({
    title: t('connect:account.title', { provider }),
    frame,
    head: refresh(page),
    body: markup`<main
        data-authorization="${authorization.id}"
        data-origin="${publicOrigin}"
        data-connected="✓ ${t('connect:connected.title', { provider })}"
        data-closes="${t('connected.closes')}"
        data-can-close="${t('connect:connected.canClose')}"
        data-known="${isOver(authorization) ? JSON.stringify(authorization) : ''}"
      >
        <p class="brand">Latchkey</p>
        ${outcome(page)}
      </main>
      <script nonce="${frame.nonce}">${script}</script>`,
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
