import type { Credential } from '@latchkey/api/answers.ts';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, type RefObject } from 'react';
import { makeReconnectLink } from '../../api/connect-sessions.ts';
import { refreshCredential, updateCredential, validateCredential } from '../../api/credentials.ts';
import { useDialog } from '../../ui/dialog-host.tsx';
import { useProviderNames } from '../../ui/names.ts';
import { useConnectDialog, type ConnectOptions } from '../connect/use-connect-dialog.tsx';
import { credentialChanged } from './credential-changed.ts';
import { useAction, type Action } from './use-action.ts';

const RenameDialog = lazy(async () => ({ default: (await import('./rename-dialog.tsx')).RenameDialog }));
const EditKeyDialog = lazy(async () => ({ default: (await import('./edit-key-dialog.tsx')).EditKeyDialog }));
const RemoveDialog = lazy(async () => ({ default: (await import('./remove-dialog.tsx')).RemoveDialog }));
const ReconnectLinkDialog = lazy(async () => ({
  default: (await import('./reconnect-link-dialog.tsx')).ReconnectLinkDialog,
}));

export interface CredentialActions {
  /** How the last one is going. */
  readonly action: Action;
  setDefault(): void;
  validate(): void;
  refresh(): void;
  /** To be called within a click: it opens a window. */
  reconnect(options?: Pick<ConnectOptions, 'allowAccountChange'>): void;
  rename(): void;
  editKey(): void;
  copyLink(): void;
  remove(): void;
}

/**
 * Everything that can be done with one credential.
 * @param returnTo what gets the focus when a dialog is closed
 */
export function useCredentialActions(
  credential: Credential,
  returnTo: RefObject<HTMLElement | null>,
): CredentialActions {
  const action = useAction();
  const open = useDialog();
  const client = useQueryClient();
  const connect = useConnectDialog();
  const nameOf = useProviderNames();
  const { id, provider } = credential;
  /** The button that was used; not an item of a menu, which is gone by then. */
  const opener = () => {
    const active = document.activeElement;
    const isButton = active instanceof HTMLButtonElement && active.role !== 'menuitem';
    return isButton ? active : returnTo.current;
  };
  return {
    action,
    setDefault: () =>
      void action.run('setDefault', async () => {
        await updateCredential(id, { isDefault: true });
        await credentialChanged(client, credential);
        return null;
      }),
    validate: () => void action.run('validate', async () => (await validateCredential(id)).authorization),
    refresh: () => void action.run('refresh', async () => (await refreshCredential(id)).authorization),
    reconnect: (options) =>
      connect({ id: provider, label: nameOf(provider) }, { credential, ...options }, returnTo.current),
    rename: () => open((close) => <RenameDialog credential={credential} onClose={close} />, opener()),
    editKey: () => open((close) => <EditKeyDialog credential={credential} onClose={close} />, opener()),
    copyLink: () => {
      const link = makeReconnectLink(id);
      // Shown by the dialog, however early it comes.
      link.catch(() => undefined);
      open((close) => <ReconnectLinkDialog credential={credential} link={link} onClose={close} />, opener());
    },
    remove: () => open((close) => <RemoveDialog credential={credential} onClose={close} />, opener()),
  };
}
