import type { Provider } from '@latchkey/api/answers.ts';
import { lazy } from 'react';
import { useDialog } from '../../ui/dialog-host.tsx';
import { useConnectDialog } from '../connect/use-connect-dialog.tsx';

const AddKeyDialog = lazy(async () => ({ default: (await import('./add-key-dialog.tsx')).AddKeyDialog }));
const ClientDialog = lazy(async () => ({ default: (await import('./client-dialog.tsx')).ClientDialog }));

export interface ProviderDialogs {
  addKey(): void;
  client(): void;
  /** To be called within a click. */
  connect(): void;
}

/** The ways to connect a provider. @param opener gets the focus back */
export function useProviderDialogs(provider: Provider, opener: () => HTMLElement | null): ProviderDialogs {
  const open = useDialog();
  const openConnect = useConnectDialog();
  const connect = () => openConnect(provider);
  return {
    connect,
    addKey: () => open((close) => <AddKeyDialog provider={provider} onClose={close} />, opener()),
    client: () =>
      open((close) => <ClientDialog provider={provider} onClose={close} onConnect={connect} />, opener()),
  };
}
