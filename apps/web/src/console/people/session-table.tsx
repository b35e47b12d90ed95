import { Badge, Group, Table, Text } from '@mantine/core';
import type { SignedIn } from '@latchkey/api/answers.ts';
import { useTranslation } from 'react-i18next';
import { commandItem } from '../../commands/command-item.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { CommandMenu } from '../../ui/copy-as.tsx';
import { Time } from '../../ui/time.tsx';
import { PageTable } from '../../ui/page-table.tsx';
import { columns } from './columns.ts';

interface SessionTableProps {
  readonly sessions: readonly SignedIn[];
  readonly onEnd: (session: SignedIn) => void;
  readonly onEndAll: (session: SignedIn) => void;
}

export function SessionTable({ sessions, onEnd, onEndAll }: SessionTableProps) {
  const { t } = useTranslation(['people', 'common']);
  return (
    <PageTable label={t('title')} minWidth={840} heads={columns.map((column) => t(`column.${column}`))}>
      {sessions.map((session) => (
        <Table.Tr key={session.id} data-row tabIndex={-1}>
          <Table.Th scope="row" style={{ overflowWrap: 'anywhere' }}>
            {session.subject}{' '}
            {session.current && (
              <Badge variant="light" size="sm" miw="max-content">
                {t('current')}
              </Badge>
            )}
          </Table.Th>
          <Table.Td>{t(`common:role.${session.role}`)}</Table.Td>
          <Table.Td>
            <Text size="xs" lineClamp={2} title={session.userAgent ?? undefined}>
              {session.userAgent ?? t('unknown')}
            </Text>
          </Table.Td>
          <Table.Td>{session.clientAddress ?? t('unknown')}</Table.Td>
          <Table.Td>
            <Time at={session.createdAt} />
          </Table.Td>
          <Table.Td>
            <Time at={session.lastSeenAt} />
            <Text size="xs" c="dimmed">
              {t('ends')} <Time at={session.expiresAt} />
            </Text>
          </Table.Td>
          <Table.Td>
            <Actions session={session} onEnd={onEnd} onEndAll={onEndAll} />
          </Table.Td>
        </Table.Tr>
      ))}
    </PageTable>
  );
}

function Actions({
  session,
  onEnd,
  onEndAll,
}: Omit<SessionTableProps, 'sessions'> & { readonly session: SignedIn }) {
  const { t } = useTranslation('people');
  const { id, subject } = session;
  return (
    <Group gap={4}>
      <ActionButton
        permission="session:manage"
        size="compact-sm"
        variant="default"
        aria-label={`${t('end')}: ${subject}`}
        onClick={() => onEnd(session)}
      >
        {t('end')}
      </ActionButton>
      <ActionButton
        permission="session:manage"
        size="compact-sm"
        variant="subtle"
        color="red"
        aria-label={`${t('endAll')}: ${subject}`}
        onClick={() => onEndAll(session)}
      >
        {t('endAll')}
      </ActionButton>
      <CommandMenu
        label={t('menu', { person: subject })}
        items={[
          commandItem(t('end'), 'session.end', id),
          commandItem(t('endAll'), 'session.endAll', subject),
        ]}
      />
    </Group>
  );
}
