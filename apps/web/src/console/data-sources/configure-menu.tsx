import type { Provider } from '@latchkey/api/answers.ts';
import { Button, Menu, Tooltip } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { commandItem } from '../../commands/command-item.ts';
import { CommandSubmenu } from '../../ui/copy-as.tsx';
import { useWhyNot } from '../../ui/use-why-not.ts';
import { useProviderDialogs } from './use-provider-dialogs.tsx';

interface ConfigureMenuProps {
  readonly provider: Provider;
}

/** The ways to connect a provider. Who may not has it disabled, with the reason. */
export function ConfigureMenu({ provider }: ConfigureMenuProps) {
  const { t } = useTranslation('data-sources');
  const oauth = provider.authMethods.find(({ type }) => type === 'oauth2');
  const opener = useRef<HTMLButtonElement>(null);
  const dialogs = useProviderDialogs(provider, () => opener.current);
  const whyNot = useWhyNot({ permission: 'credential:write' });
  if (whyNot !== null)
    return (
      <Tooltip label={whyNot}>
        <Button variant="default" data-disabled aria-disabled="true">
          {t('configure')}
        </Button>
      </Tooltip>
    );
  return (
    <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          ref={opener}
          variant="default"
          aria-label={t('configureProvider', { provider: provider.label })}
        >
          {t('configure')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {provider.authMethods.map((method) =>
          method.type === 'api_key' ? (
            <Menu.Item key="api_key" onClick={() => dialogs.addKey()}>
              {t('addKey.button')}
            </Menu.Item>
          ) : (
            <Menu.Item key="oauth2" onClick={() => dialogs.connect()}>
              {t('addOAuth.button')}
            </Menu.Item>
          ),
        )}
        {oauth !== undefined && (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => dialogs.client()}>{t('client.button')}</Menu.Item>
          </>
        )}
        <Menu.Divider />
        <CommandSubmenu
          items={[
            ...provider.authMethods.map(({ type }) =>
              type === 'api_key'
                ? commandItem(t('addKey.button'), 'credential.addKey', provider)
                : commandItem(t('addOAuth.button'), 'credential.connect', provider),
            ),
            ...(oauth === undefined
              ? []
              : [commandItem(t('client.button'), 'oauthClient.set', provider, { clientId: null })]),
          ]}
          opener={opener}
        />
      </Menu.Dropdown>
    </Menu>
  );
}
