import { document, type PageFrame } from './document.ts';
import { markup } from './markup.ts';
import { textsIn } from './texts.ts';

/**
 * Takes the browser on to the caller, who verifies the consent. A page and no redirect: policies of providers about where
 * their forms go would stop the second one.
 */
export function consentPage(consentUrl: string, frame: PageFrame): string {
  const t = textsIn(frame.language);
  return document({
    title: t('finishing.alone'),
    frame,
    head: markup`<meta http-equiv="refresh" content="0;url=${consentUrl}" />`,
    body: markup`<main>
      <p class="brand">Latchkey</p>
      <div role="status"><h1>${t('finishing.alone')}</h1></div>
      <p><a class="button" href="${consentUrl}">${t('connect:account.go', { provider: new URL(consentUrl).host })}</a></p>
    </main>`,
  });
}
