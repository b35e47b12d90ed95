import type { Place } from './place.ts';
import type { Surroundings } from './surroundings.ts';

/** As large as the page wants to be and the screen allows, in its middle. Never `noopener`: messages could not come back. */
function features({ availWidth, availHeight }: Pick<Screen, 'availWidth' | 'availHeight'>): string {
  const width = Math.min(520, availWidth);
  const height = Math.min(760, availHeight);
  const left = Math.round((availWidth - width) / 2);
  const top = Math.round((availHeight - height) / 2);
  return `popup,width=${width},height=${height},left=${left},top=${top}`;
}

/** @param url where it is known already; a window that opens empty is told later @returns null when the browser blocks it */
export function openPopup({ window }: Surroundings, url: string): Place | null {
  const popup = window.open(url, 'latchkey-connect', features(window.screen));
  if (popup === null) return null;
  return {
    target: () => popup,
    looksClosed: () => popup.closed,
    load: (address) => popup.location.replace(address),
    focus: () => popup.focus(),
    remove: () => popup.close(),
  };
}
