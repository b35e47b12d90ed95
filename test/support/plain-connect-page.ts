import type { BrowserContext } from 'playwright-core';
import { fillShell } from '@latchkey/api/pages/web-shell.ts';
import type { Stack } from './stack.ts';

/**
 * The smallest page that does what a connect page must: tells the page that opened it, and connects the sandbox in a
 * window. For tests of what is around it.
 */
const plainConnectPage = `<!doctype html><meta charset="utf-8"><title>Connect</title>
<script type="application/json" id="page-data">__PAGE_DATA__</script>
<button id="go">Connect the sandbox</button> <button id="done">Done</button> <p id="state" role="status"></p>
<script nonce="__NONCE__">
const { session, token } = JSON.parse(document.getElementById('page-data').textContent);
const host = window.opener ?? (window.parent === window ? null : window.parent);
const headers = { 'content-type': 'application/json', 'x-connect-session': token };
let told = null;
let child = null;
const tell = (type, more = {}) => {
  if (told !== null) host?.postMessage({ source: 'latchkey', version: 1, type, sessionId: session.id, ...more }, told);
};
const call = async (path, method = 'GET') =>
  (await fetch('/v1/connect-session' + path, { method, headers, ...(method === 'POST' ? { body: '{}' } : {}) })).json();
async function follow({ id, provider }) {
  tell('opened', { authorizationId: id, provider });
  for (;;) {
    const { status, credentialId, error } = await call('/authorizations/' + id + '?wait=25');
    if (['awaiting_consent', 'queued', 'running'].includes(status)) continue;
    state.textContent = status;
    if (status === 'succeeded') return tell('connected', { authorizationId: id, provider, credentialId });
    return tell('failed', { authorizationId: id, provider, code: error.code });
  }
}
const state = document.getElementById('state');
addEventListener('message', ({ data, origin, source }) => {
  if (data?.type === 'hello' && source === host && session.allowedOrigins.includes(origin)) {
    told = origin;
    tell('ready');
  }
  if (data?.source !== 'latchkey-window' || origin !== location.origin || source !== child) return;
  if (data.type === 'ready') child.postMessage({ source: 'latchkey-window', type: 'go', token, provider: 'sandbox' }, origin);
  if (data.type === 'started') void follow(data.authorization);
  if (data.type === 'refused') state.textContent = data.problem.code;
});
document.getElementById('go').onclick = () => {
  child = open('/connect/window', 'latchkey_' + session.id, 'popup,width=500,height=600');
};
document.getElementById('done').onclick = async () => {
  await call('/close', 'POST');
  tell('closed');
  window.close();
};
</script>`;

/** Shows it where the real one would be, with the headers of that and what the server tells it. */
export async function showPlainConnectPage(
  context: BrowserContext,
  { url }: Pick<Stack, 'url'>,
): Promise<void> {
  await context.route(`${url}/connect/session/*`, async (route) => {
    if (route.request().resourceType() !== 'document') return route.continue();
    const response = await route.fetch();
    const real = await response.text();
    const [, data = ''] = /id="page-data"[^>]*>(.*?)<\/script>/s.exec(real) ?? [];
    const [, nonce = ''] = /nonce="([^"]+)"/.exec(real) ?? [];
    const body = fillShell(plainConnectPage, { nonce, base: '/', data: JSON.parse(data) as object });
    return route.fulfill({ response, body });
  });
}
