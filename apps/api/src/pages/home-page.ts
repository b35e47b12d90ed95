import { readFileSync } from 'node:fs';
import { eventTypes } from '@latchkey/core/events';
import { document } from './document.ts';
import { markup, trusted } from './markup.ts';

const script = trusted(readFileSync(new URL('../../static/home.js', import.meta.url), 'utf8'));

/** Sign-in and a plain overview: enough to connect a data source without the console. */
export function homePage({ issuer, nonce }: { issuer: string | null; nonce: string }): string {
  return document({
    title: 'Data sources',
    nonce,
    body: markup`<main data-event-types="${Object.keys(eventTypes).join(' ')}">
        <p class="brand">Latchkey</p>
        <h1>Data sources</h1>
        <p id="message" role="status" class="hint"></p>
        <noscript
          ><p>
            This page needs JavaScript. The <a href="/docs">API</a> and the command line do not.
          </p></noscript
        >

        <section id="signed-out" hidden>
          <form id="sign-in">
            <label for="admin-token">Admin token</label>
            <input
              id="admin-token"
              type="password"
              autocomplete="current-password"
              spellcheck="false"
              required
            />
            <p><button>Sign in</button></p>
            <p class="hint">
              It was printed when Latchkey started, and is the value of <code>LATCHKEY_ADMIN_TOKEN</code>.
            </p>
          </form>
          ${issuer === null ? null : markup`<p><a class="button" href="/auth/login">Sign in with ${new URL(issuer).host}</a></p>`}
        </section>

        <section id="signed-in" hidden>
          <div class="row">
            <span id="person"></span><a class="push" href="/docs">API</a>
            <button id="sign-out" class="quiet" type="button">Sign out</button>
          </div>
          <p id="reconnect" hidden></p>
          <h2>Credentials</h2>
          <div id="no-credentials" class="hint" hidden>None yet. Connect a data source below.</div>
          <table id="credentials" hidden>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Provider</th>
                <th scope="col">Status</th>
                <th scope="col">Expires</th>
              </tr>
            </thead>
            <tbody></tbody>
          </table>
          <h2>Connect a data source</h2>
          <form id="add-key" class="panel" hidden autocomplete="off">
            <h2 id="add-key-title"></h2>
            <label for="key-name">Name (optional)</label><input id="key-name" maxlength="100" />
            <div id="key-fields"></div>
            <p class="row">
              <button>Add</button><button id="cancel-key" class="quiet" type="button">Cancel</button>
            </p>
          </form>
          <table>
            <thead>
              <tr>
                <th scope="col">Provider</th>
                <th scope="col">Ways to connect</th>
              </tr>
            </thead>
            <tbody id="providers"></tbody>
          </table>
        </section>
      </main>
      <script nonce="${nonce}">${script}</script>`,
  });
}
