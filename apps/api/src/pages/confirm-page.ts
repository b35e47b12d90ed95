import type { OpenedTicket } from '@latchkey/core/authorizations';
import { document } from './document.ts';
import { markup } from './markup.ts';

/** Says whose workspace gets access to what, before anybody goes on to the provider. */
export function confirmPage(ticket: string, opened: OpenedTicket, nonce: string): string {
  const { label } = opened.provider;
  const next = `/oauth/start/${encodeURIComponent(ticket)}?go=${encodeURIComponent(opened.confirmation)}`;
  return document({
    title: `Connect ${label}`,
    nonce,
    body: markup`<main>
      <p class="brand">Latchkey</p>
      <h1>Connect ${label} to “${opened.workspaceName}”</h1>
      <p>
        Everybody who works in the workspace <strong>${opened.workspaceName}</strong> will be able to use the
        ${label} account that you choose next. Asked for by: ${opened.requestedBy}.
      </p>
      ${
        opened.scopes.length === 0
          ? markup`<p class="hint">${label} will show what is going to be shared.</p>`
          : markup`<p>It asks for these permissions:</p>
              <ul>
                ${opened.scopes.map((scope) => markup`<li><code>${scope}</code></li>`)}
              </ul>`
      }
      <p><a class="button" href="${next}">Continue to ${label}</a></p>
      <p class="hint">You did not expect this? Close this tab: nothing has been connected.</p>
    </main>`,
  });
}
