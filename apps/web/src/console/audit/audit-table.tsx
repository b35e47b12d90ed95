import { Code, Table, Text, UnstyledButton } from '@mantine/core';
import type { AuditEntry } from '@latchkey/api/answers.ts';
import { useTranslation } from 'react-i18next';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { useActorName } from '../../ui/use-actor-name.ts';
import { columns } from './columns.ts';
import { useAuditWords } from './use-audit-words.ts';

interface AuditTableProps {
  readonly entries: readonly AuditEntry[];
  readonly onOpen: (sequence: number) => void;
}

export function AuditTable({ entries, onOpen }: AuditTableProps) {
  const { t, i18n } = useTranslation('audit');
  const words = useAuditWords();
  const actorName = useActorName();
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <Table.ScrollContainer minWidth={820}>
      <Table verticalSpacing="xs" highlightOnHover aria-label={t('title')}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column}>{t(`column.${column}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map((entry) => (
            <Table.Tr key={entry.id} data-row tabIndex={-1}>
              <Table.Td>{number.format(Number(entry.sequence))}</Table.Td>
              <Table.Td>
                <Time at={entry.at} />
              </Table.Td>
              <Table.Td>{actorName(entry.actor)}</Table.Td>
              <Table.Td>
                <UnstyledButton
                  c="var(--mantine-color-anchor)"
                  fz="sm"
                  mih={24}
                  data-open
                  aria-label={`${words.action(entry.action)}: ${t('open', { sequence: Number(entry.sequence) })}`}
                  onClick={() => onOpen(Number(entry.sequence))}
                >
                  {words.action(entry.action)}
                </UnstyledButton>
              </Table.Td>
              <Table.Td>
                <Code style={{ overflowWrap: 'anywhere' }}>{entry.subject}</Code>
              </Table.Td>
              <Table.Td>
                {entry.outcome === 'refused' ? (
                  <StatusBadge tone="warning">{t('outcome.refused')}</StatusBadge>
                ) : (
                  <Text size="sm">{t('outcome.success')}</Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
