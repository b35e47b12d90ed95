/** As browsers did before there was a clipboard; within a dialog, which keeps the focus in itself. */
function copyAsSelection(text: string): boolean {
  const focused = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  const dialogs = document.querySelectorAll('dialog[open], [role="dialog"]');
  ([...dialogs].at(-1) ?? document.body).append(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}

/**
 * Copies a text. The clipboard is there on https and localhost only; an installation in a local network has the old way.
 * @returns whether the browser let it be
 */
export async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyAsSelection(text);
  }
}
