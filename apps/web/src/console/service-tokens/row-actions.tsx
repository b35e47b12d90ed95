import { Group } from '@mantine/core';
import type { ServiceToken } from '@latchkey/api/answers.ts';
import { useTranslation } from 'react-i18next';
import { commandItem } from '../../commands/command-item.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { CommandMenu } from '../../ui/copy-as.tsx';

export type TokenAction = 'edit' | 'rotate' | 'revoke';

const actions = ['edit', 'rotate', 'revoke'] as const satisfies readonly TokenAction[];

interface RowActionsProps {
  readonly token: ServiceToken;
  readonly onAct: (action: TokenAction) => void;
}

export function RowActions({ token, onAct }: RowActionsProps) {
  const { t } = useTranslation('service-tokens');
  return (
    <Group gap={4} wrap="nowrap">
      {actions.map((action) => (
        <ActionButton
          key={action}
          permission="service_token:manage"
          role="admin"
          size="compact-sm"
          variant={action === 'revoke' ? 'subtle' : 'default'}
          {...(action === 'revoke' ? { color: 'red' } : {})}
          aria-label={`${t(action)}: ${token.name}`}
          data-open={action === 'edit' || undefined}
          onClick={() => onAct(action)}
        >
          {t(action)}
        </ActionButton>
      ))}
      <CommandMenu
        label={t('menu', { name: token.name })}
        items={actions.map((action) => commandItem(t(action), `serviceToken.${action}`, token))}
      />
    </Group>
  );
}
