import { Anchor, Badge, Code, Group, Skeleton, Stack, Table, Text } from '@mantine/core';
import type { OAuthClient, Provider } from '@latchkey/api/answers.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { oauthClientQuery } from '../../api/queries.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorBox } from '../../ui/error-box.tsx';
import { columns } from './columns.ts';
import { oauth2Of, paramsOf } from './client-values.ts';
import { RowActions } from './row-actions.tsx';

interface ClientRowProps {
  readonly provider: Provider;
  readonly onConfigure: () => void;
  readonly onRemove: () => void;
}

export function ClientRow({ provider, onConfigure, onRemove }: ClientRowProps) {
  const { t } = useTranslation('oauth-clients');
  const { data: client, error, refetch } = useQuery(oauthClientQuery(provider.id));
  const { label } = provider;
  if (client === undefined)
    return (
      <Table.Tr>
        <Table.Th scope="row">{label}</Table.Th>
        <Table.Td colSpan={columns.length - 1}>
          {error === null ? (
            <Skeleton height={44} />
          ) : (
            <ErrorBox error={error} onRetry={() => void refetch()} />
          )}
        </Table.Td>
      </Table.Tr>
    );
  return (
    <Table.Tr data-row tabIndex={-1}>
      <Table.Th scope="row">{label}</Table.Th>
      <Table.Td>
        <Client client={client} provider={provider} />
      </Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap">
          <Code style={{ overflowWrap: 'anywhere' }}>{oauth2Of(provider)?.client.redirectUri}</Code>
          <CopyButton value={client.redirectUri} label={t('copyRedirectUri', { provider: label })} />
        </Group>
      </Table.Td>
      <Table.Td>
        {client.credentials === 0 ? (
          t('credentials', { count: 0 })
        ) : (
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link to="/data-sources" search={({ workspace }) => ({ workspace, q: label })} {...props} />
            )}
          >
            {t('credentials', { count: client.credentials })}
          </Anchor>
        )}
      </Table.Td>
      <Table.Td>
        <RowActions provider={provider} client={client} onConfigure={onConfigure} onRemove={onRemove} />
      </Table.Td>
    </Table.Tr>
  );
}

function Client({ client, provider }: { readonly client: OAuthClient; readonly provider: Provider }) {
  const { t } = useTranslation('oauth-clients');
  const params = paramsOf(provider).filter(({ name }) => client.params[name] !== undefined);
  const isOff = client.isCustom && !client.enabled;
  return (
    <Stack gap={2} align="flex-start">
      <Badge variant="light" miw="max-content" color={client.mode === 'none' ? 'gray' : 'indigo'}>
        {isOff && client.mode === 'default' ? t('mode.off') : t(`mode.${client.mode}`)}
      </Badge>
      {client.clientId !== null && (
        <Group gap={4} wrap="nowrap">
          <Code style={{ overflowWrap: 'anywhere' }}>{client.clientId}</Code>
          <CopyButton value={client.clientId} label={t('copyClientId', { provider: provider.label })} />
        </Group>
      )}
      {client.clientId !== null && (
        <Text size="xs" c="dimmed">
          {client.hasSecret ? t('secret.kept') : t('secret.none')}
        </Text>
      )}
      {params.map(({ name, label }) => (
        <Text size="xs" c="dimmed" key={name}>
          {label}: {client.params[name]}
        </Text>
      ))}
    </Stack>
  );
}
