import type { QueueList } from '@latchkey/api/answers.ts';
import { ActionIcon, Menu } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { commandItem } from '../../commands/command-item.ts';
import { CopyAsItems } from '../../ui/copy-as.tsx';
import { MoreIcon } from '../../ui/icons.tsx';

export type QueueAction = 'pause' | 'resume' | 'retry';

interface QueueActionsProps {
  readonly queue: QueueList['items'][number];
  readonly onAct: (action: QueueAction) => void;
}

/** What can be done with a queue; each is asked about first. */
export function QueueActions({ queue, onAct }: QueueActionsProps) {
  const { t } = useTranslation('jobs');
  const { name, paused } = queue;
  const toggle = paused ? 'resume' : 'pause';
  const opener = useRef<HTMLButtonElement>(null);
  const commandsOf = (action: QueueAction) => [commandItem(t(`${action}.button`), `queue.${action}`, name)];
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          ref={opener}
          variant="subtle"
          color="gray"
          aria-label={t('menu', { queue: t(`queue.${name}`) })}
        >
          <MoreIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onAct(toggle)}>{t(`${toggle}.button`)}</Menu.Item>
        <CopyAsItems items={commandsOf(toggle)} opener={opener} />
        <Menu.Divider />
        <Menu.Item onClick={() => onAct('retry')}>{t('retry.button')}</Menu.Item>
        <CopyAsItems items={commandsOf('retry')} opener={opener} />
      </Menu.Dropdown>
    </Menu>
  );
}
