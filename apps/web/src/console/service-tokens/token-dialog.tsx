import { Text } from '@mantine/core';
import type { ServiceToken } from '@latchkey/api/answers.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { revokeServiceToken } from '../../api/service-tokens.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Time } from '../../ui/time.tsx';
import { EditDialog } from './edit-dialog.tsx';
import { RotateDialog } from './rotate-dialog.tsx';
import type { TokenAction } from './row-actions.tsx';

interface TokenDialogProps {
  readonly action: TokenAction;
  readonly token: ServiceToken;
  readonly onClose: () => void;
}

export function TokenDialog({ action, token, onClose }: TokenDialogProps) {
  const { t } = useTranslation('service-tokens');
  const queries = useQueryClient();
  if (action === 'edit') return <EditDialog token={token} onClose={onClose} />;
  if (action === 'rotate') return <RotateDialog token={token} onClose={onClose} />;
  const revoke = async () => {
    await revokeServiceToken(token.id);
    await queries.invalidateQueries({ queryKey: ['service-tokens'] });
  };
  return (
    <ConfirmDialog
      title={t('revokeDialog.title', { name: token.name })}
      action={t('revoke')}
      onConfirm={revoke}
      onClose={onClose}
    >
      <Text>{t('revokeDialog.text')}</Text>
      {token.lastUsedAt === null ? (
        <Text>{t('revokeDialog.unused')}</Text>
      ) : (
        <Text>
          {t('revokeDialog.used')} <Time at={token.lastUsedAt} />
        </Text>
      )}
    </ConfirmDialog>
  );
}
