'use strict';
// Follows one authorization. The server's status is the truth; messages to other windows only speed things up.
const { base } = document.documentElement.dataset;
const main = document.querySelector('main');
const { authorization, origin, connected, closes, canClose, known } = main.dataset;
const told = location.hash === '#told';
const result = `${base}oauth/result/${authorization}`;
// The answer of the provider has done its work: it does not stay in the address bar or the history.
history.replaceState(null, '', result);

const pause = (milliseconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
const isOver = (status) => !['awaiting_consent', 'queued', 'running'].includes(status);

async function follow() {
  for (let wait = 1000; ; wait = Math.min(wait * 2, 10_000)) {
    try {
      const response = await fetch(`${base}oauth/status/${authorization}?wait=25`, {
        headers: { accept: 'application/json' },
      });
      if (response.ok) {
        const state = await response.json();
        if (isOver(state.status)) return state;
        wait = 500;
      } else if (response.status < 500 && response.status !== 429) {
        return null;
      }
    } catch {
      // Off line or suspended: asked again below.
    }
    await pause(wait);
  }
}

function tell(state) {
  const type = state.status === 'succeeded' ? 'connected' : 'failed';
  const message = {
    source: 'latchkey',
    version: 1,
    type,
    authorizationId: authorization,
    credentialId: state.credentialId,
    provider: state.provider,
    code: state.error === null ? null : state.error.code,
  };
  try {
    if (window.opener) window.opener.postMessage(message, origin);
  } catch {
    // The window that opened us is cut off; it asks the server.
  }
  try {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target: it stays in this origin
    new BroadcastChannel('latchkey').postMessage(message);
  } catch {
    // Not there in this browser, or storage is blocked.
  }
}

async function finish() {
  const state = await (known === '' ? follow() : JSON.parse(known));
  if (state === null) return location.replace(result);
  if (!told) tell(state);
  if (state.returnTo !== null) return location.replace(state.returnTo);
  if (state.status !== 'succeeded') return known === '' ? location.replace(`${result}#told`) : undefined;
  const heading = document.getElementById('state');
  heading.textContent = connected;
  heading.className = 'good';
  document.getElementById('hint').textContent = closes;
  await pause(600);
  window.close();
  await pause(300);
  document.getElementById('hint').textContent = canClose;
}

void finish();
