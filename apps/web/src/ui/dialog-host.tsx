import { useLocation } from '@tanstack/react-router';
import { createContext, Suspense, use, useCallback, useEffect, useState, type ReactNode } from 'react';

/** @param close to be called by the dialog when it is done */
type RenderDialog = (close: () => void) => ReactNode;

/** @param returnTo what gets the focus when the dialog is closed, if it is still there */
type OpenDialog = (dialog: RenderDialog, returnTo?: HTMLElement | null) => void;

interface Opened {
  /** Tells this one from the one before, also where both are of the same kind. */
  readonly round: number;
  readonly dialog: RenderDialog;
  readonly returnTo: HTMLElement | null;
}

const DialogContext = createContext<OpenDialog | null>(null);

/**
 * Shows one dialog at a time, apart from what opened it: a row may go away while its dialog still tells what became of
 * it. Another page closes it.
 */
export function DialogHost({ children }: { readonly children: ReactNode }) {
  const [opened, setOpened] = useState<Opened | null>(null);
  const path = useLocation({ select: ({ pathname }) => pathname });
  const open = useCallback<OpenDialog>(
    (dialog, returnTo = null) =>
      setOpened((before) => ({ round: (before?.round ?? 0) + 1, dialog, returnTo })),
    [],
  );
  useEffect(() => setOpened(null), [path]);
  const close = () => {
    setOpened(null);
    const target =
      opened?.returnTo?.isConnected === true ? opened.returnTo : document.getElementById('content');
    // After the dialog gave the focus up.
    requestAnimationFrame(() => target?.focus({ preventScroll: true }));
  };
  return (
    <DialogContext value={open}>
      {children}
      <Suspense key={opened?.round}>{opened?.dialog(close)}</Suspense>
    </DialogContext>
  );
}

/** How a dialog is opened. @throws Error outside the host */
export function useDialog(): OpenDialog {
  const open = use(DialogContext);
  if (open === null) throw new Error('useDialog needs a DialogHost');
  return open;
}
