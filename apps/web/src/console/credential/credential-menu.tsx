import type { Credential } from '@latchkey/api/answers.ts';
import { ActionIcon, Group, Menu } from '@mantine/core';
import { useRef, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { MoreIcon } from '../../ui/icons.tsx';
import { MenuAction } from '../../ui/menu-action.tsx';
import { ActionResult } from './action-result.tsx';
import { CommandItems } from './command-items.tsx';
import { useCredentialActions, type CredentialActions } from './use-credential-actions.tsx';

/** Everything that can be done with one credential, and how it is going. */
export function CredentialMenu({ credential }: { readonly credential: Credential }) {
  const button = useRef<HTMLButtonElement>(null);
  const actions = useCredentialActions(credential, button);
  return (
    <Group gap="xs" justify="flex-end">
      <ActionResult action={actions.action} />
      <CredentialMenuButton credential={credential} actions={actions} button={button} />
    </Group>
  );
}

interface CredentialMenuButtonProps {
  readonly credential: Credential;
  readonly actions: CredentialActions;
  readonly button: RefObject<HTMLButtonElement | null>;
}

/** The menu alone, for where the result stands elsewhere. */
export function CredentialMenuButton({ credential, actions, button }: CredentialMenuButtonProps) {
  const { t } = useTranslation('credential');
  const { name, authMethod, isDefault, status, visibility, access } = credential;
  const isGoing = status === 'revoking' ? t('why.revoking') : null;
  const whyNot = isGoing ?? (access === 'use' ? null : t('why.owner'));
  const isOAuth = authMethod === 'oauth2';
  return (
    <Menu position="bottom-end" width={260} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon
          ref={button}
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('menu.label', { name })}
        >
          <MoreIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <MenuAction
          permission="credential:write"
          reason={
            whyNot ??
            (isDefault ? t('why.default') : null) ??
            (visibility === 'private' ? t('why.private') : null)
          }
          onClick={actions.setDefault}
        >
          {t('menu.setDefault')}
        </MenuAction>
        <MenuAction permission="credential:write" reason={whyNot} onClick={actions.rename}>
          {t('menu.rename')}
        </MenuAction>
        <Menu.Divider />
        {isOAuth ? (
          <>
            <MenuAction permission="authorization:write" reason={whyNot} onClick={() => actions.reconnect()}>
              {t('menu.reconnect')}
            </MenuAction>
            <MenuAction
              permission="credential:write"
              reason={whyNot ?? (status === 'reauthorization_required' ? t('why.reconnect') : null)}
              onClick={actions.refresh}
            >
              {t('menu.refresh')}
            </MenuAction>
          </>
        ) : (
          <>
            <MenuAction permission="credential:write" reason={whyNot} onClick={actions.editKey}>
              {t('menu.editKey')}
            </MenuAction>
            <MenuAction permission="credential:write" reason={whyNot} onClick={actions.validate}>
              {t('menu.validate')}
            </MenuAction>
          </>
        )}
        <MenuAction permission="authorization:write" reason={whyNot} onClick={actions.copyLink}>
          {t('menu.copyLink')}
        </MenuAction>
        <Menu.Divider />
        <CommandItems credential={credential} opener={button} />
        <Menu.Divider />
        <MenuAction permission="credential:write" reason={isGoing} isDangerous onClick={actions.remove}>
          {t('menu.remove')}
        </MenuAction>
      </Menu.Dropdown>
    </Menu>
  );
}
