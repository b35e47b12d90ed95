import type { OpenedTicket } from '@latchkey/core/authorizations';
import { document, type PageFrame } from './document.ts';
import { markup } from './markup.ts';
import { textsIn } from './texts.ts';

/** Says whose workspace gets access to what, before anybody goes on to the provider. */
export function confirmPage(ticket: string, opened: OpenedTicket, frame: PageFrame): string {
  const t = textsIn(frame.language);
  const said = {
    provider: opened.provider.label,
    workspace: opened.workspaceName,
    requestedBy: opened.requestedBy,
  };
  const next = `${frame.base}oauth/start/${encodeURIComponent(ticket)}?go=${encodeURIComponent(opened.confirmation)}`;
  return document({
    title: t('connect:account.title', said),
    frame,
    body: markup`<main>
      <p class="brand">Latchkey</p>
      <h1>${t('confirm.heading', said)}</h1>
      <p>${t('connect:account.lead', said)}</p>
      ${
        opened.scopes.length === 0
          ? markup`<p class="hint">${t('connect:account.noScopes', said)}</p>`
          : markup`<p>${t('connect:account.asks')}</p>
              <ul>
                ${opened.scopes.map((scope) => markup`<li><code>${scope}</code></li>`)}
              </ul>`
      }
      <p><a class="button" href="${next}">${t('connect:account.go', said)}</a></p>
      <p class="hint">${t('confirm.unexpected')}</p>
    </main>`,
  });
}
