import type { Credential } from '@latchkey/api/answers.ts';
import { useQuery } from '@tanstack/react-query';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { providersQuery } from '../../api/queries.ts';
import { commandItem } from '../../commands/command-item.ts';
import { CommandSubmenu } from '../../ui/copy-as.tsx';

interface CommandItemsProps {
  readonly credential: Credential;
  readonly opener: RefObject<HTMLElement | null>;
}

/** A menu in the menu: each action as a command. A key is in none of them, and so in no history. */
export function CommandItems({ credential, opener }: CommandItemsProps) {
  const { t } = useTranslation('credential');
  const { data: providers = [] } = useQuery(providersQuery);
  const provider = providers.find(({ id }) => id === credential.provider) ?? { authMethods: [] };
  const own =
    credential.authMethod === 'oauth2'
      ? [
          commandItem(t('menu.reconnect'), 'credential.reconnect', credential),
          commandItem(t('menu.refresh'), 'credential.refresh', credential),
        ]
      : [
          commandItem(t('menu.editKey'), 'credential.editKey', credential, provider),
          commandItem(t('menu.validate'), 'credential.validate', credential),
        ];
  const items = [
    commandItem(t('menu.setDefault'), 'credential.setDefault', credential),
    commandItem(t('menu.rename'), 'credential.rename', credential),
    ...own,
    commandItem(t('menu.copyLink'), 'credential.copyLink', credential),
    commandItem(t('menu.remove'), 'credential.remove', credential),
  ];
  return <CommandSubmenu items={items} opener={opener} />;
}
