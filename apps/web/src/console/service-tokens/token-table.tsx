import { Badge, Code, Group, Stack, Table, Text } from '@mantine/core';
import type { ServiceToken } from '@latchkey/api/answers.ts';
import { useTranslation } from 'react-i18next';
import { PageTable } from '../../ui/page-table.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { useNow } from '../../ui/use-now.ts';
import { columns } from './columns.ts';
import { RowActions, type TokenAction } from './row-actions.tsx';

interface TokenTableProps {
  readonly tokens: readonly ServiceToken[];
  readonly onAct: (action: TokenAction, token: ServiceToken) => void;
}

export function TokenTable({ tokens, onAct }: TokenTableProps) {
  const { t } = useTranslation('service-tokens');
  return (
    <PageTable label={t('title')} minWidth={840} heads={columns.map((column) => t(`column.${column}`))}>
      {tokens.map((token) => (
        <TokenRow key={token.id} token={token} onAct={(action) => onAct(action, token)} />
      ))}
    </PageTable>
  );
}

function TokenRow({
  token,
  onAct,
}: {
  readonly token: ServiceToken;
  readonly onAct: (action: TokenAction) => void;
}) {
  const { t } = useTranslation(['service-tokens', 'common']);
  const now = useNow();
  const { name, owner, allowedAddresses, expiresAt, lastUsedAt, previousValidUntil } = token;
  const isOver = expiresAt !== null && Date.parse(expiresAt) <= now;
  return (
    <Table.Tr data-row tabIndex={-1}>
      <Table.Th scope="row">
        <span className="name">{name}</span>
        {owner !== null && (
          <Text size="xs" c="dimmed" fw={400}>
            {t('personal', { owner })}
          </Text>
        )}
        {previousValidUntil !== null && (
          <Text size="xs" c="dimmed" fw={400}>
            {t('overlap')} <Time at={previousValidUntil} />
          </Text>
        )}
      </Table.Th>
      <Table.Td>
        <Badge variant="light" miw="max-content">
          {t(`common:role.${token.role}`)}
        </Badge>
      </Table.Td>
      <Table.Td>
        {allowedAddresses === null ? (
          <Text size="sm" c="dimmed">
            {t('anywhere')}
          </Text>
        ) : (
          <Stack gap={2} align="flex-start">
            {allowedAddresses.map((network) => (
              <Code key={network}>{network}</Code>
            ))}
          </Stack>
        )}
      </Table.Td>
      <Table.Td>
        {expiresAt === null ? (
          t('never')
        ) : (
          <Group gap={4}>
            {isOver && <StatusBadge tone="bad">{t('expired')}</StatusBadge>}
            <Time at={expiresAt} />
          </Group>
        )}
      </Table.Td>
      <Table.Td>{lastUsedAt === null ? t('never') : <Time at={lastUsedAt} />}</Table.Td>
      <Table.Td>
        <Time at={token.createdAt} />
      </Table.Td>
      <Table.Td>
        <RowActions token={token} onAct={onAct} />
      </Table.Td>
    </Table.Tr>
  );
}
