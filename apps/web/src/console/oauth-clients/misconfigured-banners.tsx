import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import type { Provider } from '@latchkey/api/answers.ts';
import { useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { oauthClientQuery } from '../../api/queries.ts';
import { Time } from '../../ui/time.tsx';
import { useFailureText } from '../../ui/use-failure-text.tsx';

interface MisconfiguredBannersProps {
  readonly providers: readonly Provider[];
  readonly onFix: (provider: Provider) => void;
}

/** Clients that a provider has rejected: everything that hangs on them waits for a person. */
export function MisconfiguredBanners({ providers, onFix }: MisconfiguredBannersProps) {
  const { t } = useTranslation('oauth-clients');
  const failureText = useFailureText();
  const clients = useQueries({ queries: providers.map(({ id }) => oauthClientQuery(id)) });
  return (
    <Stack gap="sm" mb="md">
      {providers.map((provider, index) => {
        const flag = clients[index]?.data?.misconfigured ?? null;
        if (flag === null) return null;
        return (
          <Alert
            key={provider.id}
            color="red"
            variant="light"
            title={t('misconfigured.title', { provider: provider.label })}
          >
            <Group justify="space-between">
              <Text size="sm">
                {failureText({ code: 'client_misconfigured', message: flag.message }, provider.label)}{' '}
                {t('misconfigured.text')} <Time at={flag.at} />
              </Text>
              <Button size="compact-sm" variant="default" onClick={() => onFix(provider)}>
                {t('misconfigured.fix')}
              </Button>
            </Group>
          </Alert>
        );
      })}
    </Stack>
  );
}
