import { Group } from '@mantine/core';
import type { RootKeyList } from '@latchkey/api/answers.ts';
import { useTranslation } from 'react-i18next';
import { commandItem } from '../../commands/command-item.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { CommandMenu } from '../../ui/copy-as.tsx';

interface RootKeyActionsProps {
  readonly rootKey: RootKeyList['items'][number];
  readonly onAct: (action: 'promote' | 'retire') => void;
}

/** What is impossible all the same is refused by the server, which says why. */
export function RootKeyActions({ rootKey: { id, state }, onAct }: RootKeyActionsProps) {
  const { t } = useTranslation('keys');
  if (state === 'retired') return null;
  const actions = state === 'primary' ? (['retire'] as const) : (['promote', 'retire'] as const);
  return (
    <Group gap={4} wrap="nowrap">
      {actions.map((action) => (
        <ActionButton
          key={action}
          permission="key:manage"
          role="admin"
          size="compact-sm"
          variant={action === 'promote' ? 'default' : 'subtle'}
          {...(action === 'retire' ? { color: 'red' } : {})}
          aria-label={`${t(`root.${action}`)}: ${id}`}
          onClick={() => onAct(action)}
        >
          {t(`root.${action}`)}
        </ActionButton>
      ))}
      <CommandMenu
        label={t('root.menu', { id })}
        items={actions.map((action) => commandItem(t(`root.${action}`), `rootKey.${action}`, id))}
      />
    </Group>
  );
}
