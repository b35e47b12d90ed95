import type { Credential, Provider } from '@latchkey/api/answers.ts';
import { lazy } from 'react';
import { useDialog } from '../../ui/dialog-host.tsx';
import { openConnectWindow } from './use-connect.ts';

const ConnectDialog = lazy(async () => ({ default: (await import('./connect-dialog.tsx')).ConnectDialog }));

export interface ConnectOptions {
  /** Whose account is connected again; absent: a new one. */
  readonly credential?: Credential;
  /** The credential may belong to another account from then on. */
  readonly allowAccountChange?: boolean;
}

/** @param returnTo gets the focus back where this was chosen in a menu, whose item is gone by then */
export type OpenConnect = (
  provider: Pick<Provider, 'id' | 'label'>,
  options?: ConnectOptions,
  returnTo?: HTMLElement | null,
) => void;

/** Opens the window of a provider, and the dialog that follows it. To be called within a click, or the browser blocks it. */
export function useConnectDialog(): OpenConnect {
  const open = useDialog();
  return (provider, options = {}, returnTo = null) => {
    const popup = openConnectWindow(options.credential?.id ?? provider.id);
    const opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    open(
      (close) => <ConnectDialog provider={provider} popup={popup} onClose={close} {...options} />,
      opener?.role === 'menuitem' ? returnTo : opener,
    );
  };
}
