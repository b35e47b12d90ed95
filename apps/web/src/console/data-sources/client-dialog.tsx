import type { Provider } from '@latchkey/api/answers.ts';
import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { OAuthClientForm } from '../oauth-clients/oauth-client-form.tsx';

interface ClientDialogProps {
  readonly provider: Provider;
  readonly onClose: () => void;
  readonly onConnect: () => void;
}

/** The OAuth client that new connections of a provider use. */
export function ClientDialog({ provider, onClose, onConnect }: ClientDialogProps) {
  const { t } = useTranslation('data-sources');
  return (
    <Modal opened onClose={onClose} title={t('client.title', { provider: provider.label })} size="lg">
      <OAuthClientForm provider={provider} onSaved={onClose} onSaveAndAuthorize={onConnect} />
    </Modal>
  );
}
