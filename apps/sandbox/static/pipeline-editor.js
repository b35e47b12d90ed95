// The script that `packages/connect` builds, on the page before this one.
const { openConnect } = window.Latchkey;

const element = (id) => document.getElementById(id);
const [provider, credential, mode, state] = ['provider', 'credential', 'mode', 'state'].map(element);
const query = new URLSearchParams(location.search);

function say(text) {
  state.textContent = text;
}

async function call(path, body) {
  const headers = { 'content-type': 'application/json' };
  const options = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(`/pipeline-editor/${path}`, options);
  return { status: response.status, body: await response.json() };
}

function describe({ name, account, status, health }) {
  const owner = account.name === null ? '' : ` (${account.name})`;
  return `${name}${owner}: ${health === 'ok' ? status : 'refresh failing'}`;
}

function option(value, text) {
  const made = document.createElement('option');
  made.value = value;
  made.textContent = text;
  return made;
}

async function showCredentials(chosen = '') {
  const { body } = await call(`credentials?provider=${encodeURIComponent(provider.value)}`);
  const options = (body.items ?? []).map((each) => option(each.id, describe(each)));
  credential.replaceChildren(option('', 'The default'), ...options);
  credential.value = chosen;
}

/** What the browser was told proves nothing: the back end asks the server. */
async function settle(sessionId) {
  const { body } = await call(`outcome?session=${encodeURIComponent(sessionId)}`);
  if (body.result !== 'succeeded') return;
  say(`Connected: ${body.credentialName}${body.accountName ? `, ${body.accountName}` : ''}`);
  provider.value = body.provider;
  await showCredentials(body.credentialId);
}

function connect(credentialId) {
  element('blocked').hidden = true;
  element('again').hidden = true;
  // The window opens now, within the click; the address follows.
  const url = call('sessions', {
    provider: provider.value,
    mode: mode.value,
    ...(credentialId ? { credentialId } : {}),
  }).then(({ status, body }) => {
    if (status === 201) return body.url;
    say(body.errors?.[0]?.message ?? body.detail ?? 'No session could be made.');
    throw new Error(body.code);
  });
  say('Connecting…');
  const handle = openConnect({ url, mode: mode.value, title: `Connect ${provider.value}` });
  handle.on('connected', ({ sessionId }) => void settle(sessionId));
  handle.on('failed', ({ code }) => {
    if (code !== 'no_session') say(`Not connected yet: ${code}`);
  });
  handle.on('cancelled', () => say('Cancelled.'));
  handle.on('closed', () => {
    if (state.textContent === 'Connecting…') say('');
  });
  handle.on('blocked', async () => {
    say('');
    element('link').href = await url;
    element('blocked').hidden = false;
  });
}

async function run() {
  const chosen = credential.value;
  const { status, body } = await call('runs', {
    provider: provider.value,
    ...(chosen === '' ? {} : { credentialId: chosen }),
  });
  element('result').textContent = JSON.stringify(body, null, 2);
  element('result').hidden = false;
  element('result-title').hidden = false;
  const again = element('again');
  again.hidden = status !== 409 || body.code !== 'reauthorization_required';
  again.dataset.credential = body.credentialId ?? chosen;
}

element('connect').addEventListener('click', () => connect(null));
element('again').addEventListener('click', ({ currentTarget }) => connect(currentTarget.dataset.credential));
element('run').addEventListener('click', () => void run());
provider.addEventListener('change', () => void showCredentials());

const { status, body } = await call('providers');
if (status === 200) {
  provider.replaceChildren(...body.items.map(({ id, label }) => option(id, label)));
  provider.value = query.get('provider') ?? 'sandbox';
  await showCredentials();
  // Back from the connect page in this tab.
  if (query.has('sessionId')) {
    say(
      query.get('status') === 'succeeded' ? '' : `Not connected: ${query.get('code') ?? query.get('status')}`,
    );
    await settle(query.get('sessionId'));
  }
} else {
  element('message').textContent = body.detail ?? 'Latchkey cannot be reached.';
  element('message').hidden = false;
}
