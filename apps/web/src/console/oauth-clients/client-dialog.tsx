import type { Provider } from '@latchkey/api/answers.ts';
import { useTranslation } from 'react-i18next';
import { OAuthClientForm } from './oauth-client-form.tsx';
import { Dialog } from '../../ui/dialog.tsx';

interface ClientDialogProps {
  readonly provider: Provider;
  readonly onClose: () => void;
  /** The client is saved, and is to be tried. */
  readonly onAuthorize: () => void;
}

export function ClientDialog({ provider, onClose, onAuthorize }: ClientDialogProps) {
  const { t } = useTranslation(['oauth-clients', 'common']);
  const afterSaving = async (saved: Promise<unknown>) => {
    if ((await saved) !== null) onAuthorize();
  };
  return (
    <Dialog onClose={onClose} title={t('form.title', { provider: provider.label })} size="lg">
      <OAuthClientForm
        provider={provider}
        onSaved={onClose}
        onSaveAndAuthorize={(saved) => void afterSaving(saved)}
      />
    </Dialog>
  );
}
