import type { Authorization } from '@latchkey/api/answers.ts';
import { ActionIcon, Menu } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { commandItem } from '../../commands/command-item.ts';
import { CopyAsItems } from '../../ui/copy-as.tsx';
import { MoreIcon } from '../../ui/icons.tsx';
import { MenuAction } from '../../ui/menu-action.tsx';
import { canCancel } from './authorization-state.ts';

interface RowActionsProps {
  readonly authorization: Authorization;
  readonly onOpen: () => void;
  readonly onCancel: () => void;
}

/** What can be done with one of them. */
export function RowActions({ authorization, onOpen, onCancel }: RowActionsProps) {
  const { t } = useTranslation('authorizations');
  const opener = useRef<HTMLButtonElement>(null);
  const { id } = authorization;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon ref={opener} variant="subtle" color="gray" aria-label={t('menu', { id })}>
          <MoreIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onOpen}>{t('open')}</Menu.Item>
        <MenuAction
          permission="authorization:write"
          reason={canCancel(authorization) ? null : t('cancel.notOne')}
          isDangerous
          onClick={onCancel}
        >
          {t('cancel.one')}
        </MenuAction>
        <Menu.Divider />
        <CopyAsItems
          items={[commandItem(t('cancel.one'), 'authorization.cancel', authorization)]}
          opener={opener}
        />
      </Menu.Dropdown>
    </Menu>
  );
}
