/** What a key asks for. */
export type Shortcut = 'palette' | 'search' | 'next' | 'previous' | 'open' | 'help';

/** What of a keystroke counts. */
export interface Keystroke {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  /** Of an input method, which is not done yet. */
  readonly isComposing: boolean;
}

/** Where the focus is. */
export interface Where {
  /** In a field, where keys write. */
  readonly isWriting: boolean;
  /** A dialog or a menu is open, which has keys of its own. */
  readonly isBehindDialog: boolean;
  /** On a row, or on nothing in particular. */
  readonly isAmongRows: boolean;
  /** On a row itself, and not on something in it. */
  readonly isOnRow: boolean;
  /** Keys without Ctrl or ⌘ are switched on. */
  readonly singleKeys: boolean;
}

const letters: Readonly<Record<string, Shortcut>> = {
  '/': 'search',
  '?': 'help',
  j: 'next',
  k: 'previous',
};

/** @returns null: the key is none of ours */
export function shortcutOf(stroke: Keystroke, where: Where): Shortcut | null {
  const { key, ctrlKey, metaKey, altKey, isComposing } = stroke;
  if (isComposing || altKey) return null;
  if (ctrlKey || metaKey) return key.toLowerCase() === 'k' && !where.isBehindDialog ? 'palette' : null;
  if (where.isWriting || where.isBehindDialog) return null;
  if (key === 'Enter') return where.isOnRow ? 'open' : null;
  if (key === 'ArrowDown' || key === 'ArrowUp') {
    // Elsewhere they scroll, or belong to what has the focus.
    if (!where.isAmongRows) return null;
    return key === 'ArrowDown' ? 'next' : 'previous';
  }
  return where.singleKeys ? (letters[key] ?? null) : null;
}

/** @param at the row that has the focus; -1: none @returns -1: there is no row */
export function rowAfter(step: 'next' | 'previous', at: number, count: number): number {
  if (count === 0) return -1;
  if (at === -1) return step === 'next' ? 0 : count - 1;
  return Math.min(count - 1, Math.max(0, at + (step === 'next' ? 1 : -1)));
}
