'use strict';
// Waits for the connect page that opened this window, asks for the link to the provider in its name, and goes there.
const { opener } = window;
const { base } = document.documentElement.dataset;
const { unreachable, nobody } = document.querySelector('main').dataset;
const source = 'latchkey-window';
const state = document.getElementById('state');
const hint = document.getElementById('hint');
let begun = false;

function tell(message) {
  opener?.postMessage({ source, ...message }, location.origin);
}

async function start({ token, provider, name, lang, texts }) {
  if (lang) document.documentElement.lang = lang;
  if (texts?.title) document.title = state.textContent = texts.title;
  if (texts?.hint) hint.textContent = texts.hint;
  try {
    const response = await fetch(`${base}v1/connect-session/authorizations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-connect-session': token },
      body: JSON.stringify({ provider, window: 'popup', ...(name ? { name } : {}) }),
    });
    const answer = await response.json();
    if (response.ok) {
      tell({ type: 'started', authorization: answer });
      location.replace(answer.authorizationUrl);
      return;
    }
    tell({ type: 'refused', problem: answer });
    hint.textContent = answer.detail ?? answer.title ?? '';
  } catch {
    tell({ type: 'refused', problem: null });
    hint.textContent = unreachable;
  }
  state.setAttribute('role', 'alert');
}

if (opener === null) {
  hint.textContent = nobody;
} else {
  window.addEventListener('message', ({ origin, source: sender, data }) => {
    if (begun || origin !== location.origin || sender !== opener) return;
    if (data?.source !== source || data.type !== 'go') return;
    begun = true;
    void start(data);
  });
  const ask = () => {
    if (begun) return;
    tell({ type: 'ready' });
    setTimeout(ask, 300);
  };
  ask();
}
