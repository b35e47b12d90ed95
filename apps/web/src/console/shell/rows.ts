import { rowAfter } from './shortcuts.ts';

/** What the keys for rows go through, on whichever page. */
const rowSelector = '[data-row], tr[data-id], tr[data-job], li[data-credential]';

function rowsOf(main: Element | null): HTMLElement[] {
  return [...(main?.querySelectorAll<HTMLElement>(rowSelector) ?? [])];
}

/** The row that has the focus, or something in it. */
function focusedRow(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>(rowSelector) ?? null;
}

export function isOnRow(): boolean {
  return document.activeElement?.matches(rowSelector) ?? false;
}

/** On a row, or on nothing that has a use for arrows. */
export function isAmongRows(main: Element | null): boolean {
  const { activeElement } = document;
  if (rowsOf(main).length === 0) return false;
  return focusedRow() !== null || activeElement === document.body || activeElement === main;
}

export function goToRow(step: 'next' | 'previous', main: Element | null): void {
  const rows = rowsOf(main);
  const current = focusedRow();
  const row = rows[rowAfter(step, current === null ? -1 : rows.indexOf(current), rows.length)];
  if (row === undefined) return;
  if (!row.hasAttribute('tabindex')) row.tabIndex = -1;
  row.focus();
  row.scrollIntoView({ block: 'nearest' });
}

/** Does what a click on the first thing of the row does that opens something. */
export function openRow(): void {
  const row = focusedRow();
  const target =
    row?.querySelector<HTMLElement>('[data-open]') ?? row?.querySelector<HTMLElement>('a[href], button');
  target?.click();
}
