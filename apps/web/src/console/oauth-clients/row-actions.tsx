import { Group } from '@mantine/core';
import type { OAuthClient, Provider } from '@latchkey/api/answers.ts';
import { useTranslation } from 'react-i18next';
import { commandItem } from '../../commands/command-item.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { CommandMenu } from '../../ui/copy-as.tsx';

interface RowActionsProps {
  readonly provider: Provider;
  readonly client: OAuthClient;
  readonly onConfigure: () => void;
  readonly onRemove: () => void;
}

export function RowActions({ provider, client, onConfigure, onRemove }: RowActionsProps) {
  const { t } = useTranslation(['oauth-clients', 'common']);
  const { label } = provider;
  return (
    <Group gap="xs" wrap="nowrap">
      <ActionButton
        permission="oauth_client:write"
        size="compact-sm"
        variant="default"
        aria-label={t('configureNamed', { provider: label })}
        data-open
        onClick={onConfigure}
      >
        {t('configure')}
      </ActionButton>
      {client.isCustom && (
        <ActionButton
          permission="oauth_client:write"
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={t('removeNamed', { provider: label })}
          onClick={onRemove}
        >
          {t('remove')}
        </ActionButton>
      )}
      <CommandMenu
        label={t('more', { provider: label })}
        items={[
          commandItem(t('configure'), 'oauthClient.set', provider, client),
          ...(client.isCustom ? [commandItem(t('remove'), 'oauthClient.remove', provider)] : []),
        ]}
      />
    </Group>
  );
}
