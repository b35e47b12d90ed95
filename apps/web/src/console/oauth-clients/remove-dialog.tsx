import { Text } from '@mantine/core';
import type { Provider } from '@latchkey/api/answers.ts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { removeOAuthClient } from '../../api/providers.ts';
import { oauthClientQuery } from '../../api/queries.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

export function RemoveDialog({
  provider,
  onClose,
}: {
  readonly provider: Provider;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('oauth-clients');
  const queries = useQueryClient();
  const { data: client } = useQuery(oauthClientQuery(provider.id));
  const remove = async () => {
    await removeOAuthClient(provider.id);
    await queries.invalidateQueries({ queryKey: ['oauth-client', provider.id] });
    void queries.invalidateQueries({ queryKey: ['providers'] });
  };
  return (
    <ConfirmDialog
      title={t('removal.title', { provider: provider.label })}
      action={t('remove')}
      onConfirm={remove}
      onClose={onClose}
    >
      <Text>
        {client?.hasDefault === true
          ? t('removal.withDefault')
          : t('removal.withoutDefault', { provider: provider.label })}
      </Text>
      <Text>{t('removal.hanging', { count: client?.credentials ?? 0 })}</Text>
    </ConfirmDialog>
  );
}
