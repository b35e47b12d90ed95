import type { Provider } from '@latchkey/api/answers.ts';
import { Anchor, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Query } from '../../api/call.ts';
import { credentialsQuery } from '../../api/queries.ts';
import { LinkOutIcon } from '../../ui/icons.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { ConfigureMenu } from './configure-menu.tsx';
import { CredentialRow } from './credential-row.tsx';
import { ProviderIcon } from './provider-icon.tsx';

interface ProviderCardProps {
  readonly provider: Provider;
  /** Only these of its credentials, and nothing at all without them; empty: all of them. */
  readonly filters: Query;
}

/** A provider, what is connected to it, and how to connect more. */
export function ProviderCard({ provider, filters }: ProviderCardProps) {
  const { t } = useTranslation('data-sources');
  const credentials = useInfiniteQuery(credentialsQuery(provider.id, filters));
  const isEmpty = credentials.data?.length === 0;
  if (isEmpty && Object.keys(filters).length > 0) return null;
  return (
    <Card
      component="section"
      withBorder
      aria-labelledby={`provider-${provider.id}`}
      data-provider={provider.id}
    >
      <Group justify="space-between">
        <Group wrap="nowrap" flex="1 1 12rem" maw="100%">
          <ProviderIcon id={provider.id} label={provider.label} />
          <div>
            <Title order={2} size="h4" id={`provider-${provider.id}`}>
              {provider.label}
            </Title>
            {provider.docsUrl !== null && (
              <Anchor size="sm" href={provider.docsUrl} target="_blank" rel="noreferrer">
                {t('docs', { provider: provider.label })} <LinkOutIcon />
              </Anchor>
            )}
          </div>
        </Group>
        <ConfigureMenu provider={provider} />
      </Group>
      <QueryView query={credentials} rows={1}>
        {(items) =>
          items.length > 0 && (
            <Stack mt="md">
              <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
                {items.map((credential) => (
                  <CredentialRow key={credential.id} credential={credential} provider={provider} />
                ))}
              </Stack>
              <LoadMore query={credentials} />
            </Stack>
          )
        }
      </QueryView>
      {isEmpty && (
        <Text size="sm" c="dimmed" mt="sm">
          {t('none')}
        </Text>
      )}
    </Card>
  );
}
