import { useEffect, useEffectEvent } from 'react';
import { goToRow, isAmongRows, isOnRow, openRow } from './rows.ts';
import { shortcutOf, type Shortcut } from './shortcuts.ts';
import { singleKeysAreOn } from './single-keys.ts';

const fields = 'input, textarea, select, [contenteditable]:not([contenteditable="false"])';
const dialogs = '[aria-modal="true"], [role="menu"], [role="listbox"]:not([hidden])';

/** Something that is drawn: closed lists of options stay in the document. */
function isShown(element: Element): boolean {
  return element.checkVisibility({ visibilityProperty: true });
}

/** Follows the keys of the whole page. @param onAsk what this does not do itself */
export function useShortcuts(onAsk: (shortcut: Extract<Shortcut, 'palette' | 'help'>) => void): void {
  const ask = useEffectEvent(onAsk);
  useEffect(() => {
    const follow = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const main = document.getElementById('content');
      const shortcut = shortcutOf(event, {
        isWriting: document.activeElement?.matches(fields) ?? false,
        isBehindDialog: [...document.querySelectorAll(dialogs)].some(isShown),
        isAmongRows: isAmongRows(main),
        isOnRow: isOnRow(),
        singleKeys: singleKeysAreOn(),
      });
      switch (shortcut) {
        case null:
          return;
        case 'palette':
        case 'help':
          ask(shortcut);
          break;
        case 'search': {
          const search = main?.querySelector<HTMLInputElement>('input[type="search"]');
          if (search === null || search === undefined) return;
          search.focus();
          search.select();
          break;
        }
        case 'next':
        case 'previous':
          goToRow(shortcut, main);
          break;
        case 'open':
          openRow();
      }
      event.preventDefault();
    };
    document.addEventListener('keydown', follow);
    return () => document.removeEventListener('keydown', follow);
  }, []);
}
