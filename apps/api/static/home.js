'use strict';
// A plain overview over the public API. Texts reach the page through textContent alone; secrets are sent, never shown.
const main = document.querySelector('main');
const at = (id) => document.getElementById(id);
const labels = new Map();

const element = (tag, text, className) => {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
};
const button = (text, onClick) => {
  const made = element('button', text, 'quiet');
  made.type = 'button';
  made.addEventListener('click', onClick);
  return made;
};
const say = (text, bad = false) => {
  at('message').textContent = text;
  at('message').className = bad ? 'bad' : 'hint';
};

async function call(method, path, body) {
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(path, { method, ...(body === undefined ? {} : json) });
  const answer = response.status === 204 ? null : await response.json();
  if (response.ok) return answer;
  const fields = (answer.errors ?? []).map(({ path: field, message }) => `${field} ${message}`).join('; ');
  throw Object.assign(new Error(`${fields || answer.detail} (${answer.code}, ${answer.requestId})`), {
    status: response.status,
  });
}
const attempt = (work) => (event) => {
  event.preventDefault();
  void work(event).catch((error) => {
    say(error.message, true);
  });
};

// A word and a sign: colour alone says nothing to many people.
const words = {
  pending: '… Being checked',
  active: '✓ Works',
  invalid: '✕ Key rejected',
  revoking: '… Being removed',
  reauthorization_required: '! Connect again',
};
const shortly = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const expiry = ({ status, expiresAt }) => {
  if (!expiresAt) return element('td', status === 'active' ? 'No expiry' : '', 'hint');
  const cell = element('td', shortly.format(new Date(expiresAt)));
  cell.title = expiresAt;
  cell.dataset.label = 'Expires';
  return cell;
};
async function showCredentials() {
  const { items } = await call('GET', '/v1/credentials?limit=200');
  at('no-credentials').hidden = items.length > 0;
  at('credentials').hidden = items.length === 0;
  at('credentials').tBodies[0].replaceChildren(
    ...items.map((credential) => {
      const row = document.createElement('tr');
      const failing = credential.health !== 'ok';
      const status = element('td', failing ? '! Refresh failing' : words[credential.status]);
      status.className =
        credential.status === 'active' && !failing ? 'good' : credential.status === 'pending' ? '' : 'bad';
      if (credential.lastError) status.append(element('div', credential.lastError.message, 'hint'));
      if (credential.status === 'reauthorization_required') {
        status.append(button('Reconnect', () => connect(credential.provider, credential.id)));
      }
      row.append(
        element('td', credential.name + (credential.isDefault ? ' (default)' : '')),
        element('td', labels.get(credential.provider) ?? credential.provider),
        status,
        expiry(credential),
      );
      return row;
    }),
  );
}

async function showProviders() {
  const { items } = await call('GET', '/v1/providers');
  at('providers').replaceChildren(
    ...items.map((provider) => {
      labels.set(provider.id, provider.label);
      const ways = element('td', '', 'middle');
      for (const method of provider.authMethods) {
        if (method.type === 'api_key')
          ways.append(
            button('Add API key', () => askForKey(provider, method)),
            ' ',
          );
        else if (method.client.mode === 'none')
          ways.append(
            element('span', `OAuth: no client yet. Redirect URI: ${method.client.redirectUri}`, 'hint'),
          );
        else
          ways.append(
            button('Connect', () => connect(provider.id, null)),
            ' ',
          );
      }
      const row = document.createElement('tr');
      row.append(element('td', provider.label, 'middle'), ways);
      return row;
    }),
  );
}

function askForKey(provider, method) {
  at('add-key').hidden = false;
  at('add-key').dataset.provider = provider.id;
  at('add-key-title').textContent = `API key of ${provider.label}`;
  at('key-fields').replaceChildren(
    ...method.fields.flatMap((field) => {
      const label = element('label', field.label + (field.required ? '' : ' (optional)'));
      label.htmlFor = `field-${field.name}`;
      const input = document.createElement('input');
      Object.assign(input, {
        id: label.htmlFor,
        name: field.name,
        type: field.secret ? 'password' : 'text',
        spellcheck: false,
      });
      input.autocomplete = 'off';
      input.placeholder = field.default ?? '';
      return [label, input];
    }),
  );
  at('key-fields').querySelector('input').focus();
}

// The window is opened in the click itself, or the browser blocks it.
async function connect(provider, credentialId) {
  const width = Math.min(600, screen.availWidth);
  const popup = window.open(
    '',
    `latchkey-${credentialId ?? provider}`,
    `popup,width=${width},height=${Math.min(750, screen.availHeight)}`,
  );
  try {
    const returnUrl = popup ? undefined : `${location.origin}/`;
    const started = await call('POST', '/v1/authorizations', { provider, credentialId, returnUrl });
    if (popup) popup.location.replace(started.authorizationUrl);
    else location.assign(started.authorizationUrl);
    say(`Waiting for ${labels.get(provider) ?? provider}…`);
  } catch (error) {
    popup?.close();
    say(error.message, true);
  }
}

function listen() {
  let pending;
  const refresh = () => {
    clearTimeout(pending);
    pending = setTimeout(() => {
      showCredentials().catch((error) => say(error.message, true));
    }, 100);
  };
  const stream = new EventSource('/v1/events/stream');
  for (const type of main.dataset.eventTypes.split(' ')) stream.addEventListener(type, refresh);
  stream.addEventListener('latchkey.authorization.failed', ({ data }) =>
    say(JSON.parse(data).data.error?.message ?? 'Failed.', true),
  );
  stream.addEventListener('latchkey.credential.activated', ({ data }) =>
    say(`${JSON.parse(data).data.name} works.`),
  );
  stream.addEventListener('open', refresh);
}

async function offerReconnect() {
  const id = new URLSearchParams(location.search).get('connect');
  if (id === null) return;
  const credential = await call('GET', `/v1/credentials/${encodeURIComponent(id)}`);
  const again = button('Connect again', () => connect(credential.provider, credential.id));
  at('reconnect').replaceChildren(
    `${credential.name} (${labels.get(credential.provider) ?? credential.provider}) `,
    again,
  );
  at('reconnect').hidden = false;
}

async function begin() {
  try {
    const session = await call('GET', '/auth/session');
    at('person').textContent = `${session.person} (${session.role})`;
  } catch (error) {
    at('signed-out').hidden = false;
    at('admin-token').focus();
    if (error.status !== 401) say(error.message, true);
    return;
  }
  at('signed-out').hidden = true;
  at('signed-in').hidden = false;
  main.className = 'wide';
  try {
    await showProviders();
    await showCredentials();
    listen();
    await offerReconnect();
  } catch (error) {
    say(error.message, true);
  }
}

at('sign-in').addEventListener(
  'submit',
  attempt(async () => {
    const adminToken = at('admin-token').value.trim();
    at('sign-in').reset();
    await call('POST', '/auth/session', { adminToken });
    say('');
    await begin();
  }),
);
at('sign-out').addEventListener(
  'click',
  attempt(async () => {
    await call('DELETE', '/auth/session');
    location.assign('/');
  }),
);
at('cancel-key').addEventListener('click', () => {
  at('add-key').reset();
  at('add-key').hidden = true;
});
at('add-key').addEventListener(
  'submit',
  attempt(async ({ target }) => {
    const typed = [...at('key-fields').querySelectorAll('input')].filter(({ value }) => value !== '');
    const fields = Object.fromEntries(typed.map(({ name, value }) => [name, value]));
    const name = at('key-name').value.trim() || undefined;
    const { credential } = await call('POST', '/v1/credentials', {
      provider: target.dataset.provider,
      name,
      fields,
    });
    target.reset();
    target.hidden = true;
    say(`${credential.name} is being checked…`);
    await showCredentials();
  }),
);

void begin();
