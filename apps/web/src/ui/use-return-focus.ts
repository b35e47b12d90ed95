import { useEffect, useState } from 'react';

const inDialog = '[aria-modal="true"]';

/** Of the dialog that is open, for the one that takes its place. */
let returnTo: HTMLElement | null = null;

function whereFocusIs(): HTMLElement | null {
  const { activeElement } = document;
  if (activeElement instanceof HTMLElement && activeElement.closest(inDialog) === null)
    returnTo = activeElement;
  return returnTo;
}

/**
 * For dialogs that are mounted when they open: gives the focus back to what had it then, or to the page when that is gone.
 * Mantine does so only for dialogs that are always mounted.
 */
export function useReturnFocus(): void {
  const [target] = useState(whereFocusIs);
  useEffect(
    () => () => {
      // After the dialog gave the focus up, and unless another dialog has it.
      requestAnimationFrame(() => {
        if (document.querySelector(inDialog) !== null) return;
        const next = target?.isConnected === true ? target : document.getElementById('content');
        next?.focus({ preventScroll: true });
      });
    },
    [target],
  );
}
