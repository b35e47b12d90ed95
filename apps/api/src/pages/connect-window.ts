import { readFileSync } from 'node:fs';
import { document, type PageFrame } from './document.ts';
import { markup, trusted } from './markup.ts';
import { textsIn } from './texts.ts';

const script = trusted(readFileSync(new URL('../../static/connect-window.js', import.meta.url), 'utf8'));

/**
 * Opens within the click, light and on our own origin, and is told by the connect page what to do. It asks for the link
 * itself: as a window of its own it has cookies where the page, in a frame of another site, has none.
 */
export function connectWindow(frame: PageFrame): string {
  const t = textsIn(frame.language);
  return document({
    title: t('connecting.title'),
    frame,
    body: markup`<main data-unreachable="${t('connecting.unreachable')}" data-nobody="${t('connecting.nobody')}">
        <p class="brand">Latchkey</p>
        <div role="status"><h1 id="state">${t('connecting.heading')}</h1></div>
        <p class="hint" id="hint">${t('connecting.hint')}</p>
        <noscript><p>${t('connecting.noScript')}</p></noscript>
      </main>
      <script nonce="${frame.nonce}">${script}</script>`,
  });
}
