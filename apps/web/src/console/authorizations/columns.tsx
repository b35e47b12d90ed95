import type { Authorization } from '@latchkey/api/answers.ts';
import { Anchor, Checkbox, Table, Text, VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { CredentialLink } from '../../ui/credential-link.tsx';
import { useCredentialNames, useProviderNames } from '../../ui/names.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { AttemptLine } from './attempt-line.tsx';
import { authorizationTone, canCancel } from './authorization-state.ts';
import { RowActions } from './row-actions.tsx';

interface AuthorizationTableProps {
  readonly rows: readonly Authorization[];
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
  readonly onOpen: (id: string) => void;
  readonly onCancel: (id: string) => void;
}

/** Rows keep their place: what changes in one is shown where it stands. */
export function AuthorizationTable({ rows, selected, onSelect, onOpen, onCancel }: AuthorizationTableProps) {
  const { t } = useTranslation(['authorizations', 'common']);
  const providerName = useProviderNames();
  const credentialName = useCredentialNames();
  const cancellable = rows.filter(canCancel);
  const isAll = cancellable.length > 0 && cancellable.every(({ id }) => selected.has(id));
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  };
  return (
    <Table.ScrollContainer minWidth={840} type="native" pos="relative">
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={40}>
              <Checkbox
                aria-label={t('selectAll')}
                checked={isAll}
                indeterminate={!isAll && selected.size > 0}
                disabled={cancellable.length === 0}
                onChange={() => onSelect(new Set(isAll ? [] : cancellable.map(({ id }) => id)))}
              />
            </Table.Th>
            {(['what', 'status', 'attempts', 'credential', 'created'] as const).map((column) => (
              <Table.Th key={column}>{t(`column.${column}`)}</Table.Th>
            ))}
            <Table.Th w={40}>
              <VisuallyHidden>{t('common:actions')}</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id} data-id={row.id}>
              <Table.Td>
                <Checkbox
                  aria-label={t('select', { id: row.id })}
                  checked={selected.has(row.id)}
                  disabled={!canCancel(row)}
                  onChange={() => toggle(row.id)}
                />
              </Table.Td>
              <Table.Td>
                <Anchor
                  size="sm"
                  renderRoot={(props) => (
                    <Link to="/authorizations" search={(now) => ({ ...now, id: row.id })} {...props} />
                  )}
                >
                  {t(`common:kind.${row.kind}`)}
                </Anchor>
                <Text size="xs" c="dimmed">
                  {providerName(row.provider)}
                </Text>
              </Table.Td>
              <Table.Td>
                <StatusBadge tone={authorizationTone(row)}>
                  {t(`common:authorization.${row.status}`)}
                </StatusBadge>
              </Table.Td>
              <Table.Td>
                <AttemptLine authorization={row} />
              </Table.Td>
              <Table.Td>
                {row.credentialId === null ? (
                  <Text size="sm" c="dimmed">
                    {t('noCredential')}
                  </Text>
                ) : (
                  <CredentialLink id={row.credentialId}>{credentialName(row.credentialId)}</CredentialLink>
                )}
              </Table.Td>
              <Table.Td>
                <Text size="sm" component="div">
                  <Time at={row.createdAt} />
                </Text>
                <Text size="xs" c="dimmed">
                  {t(`common:reason.${row.reason as 'user'}`, { defaultValue: row.reason })}
                </Text>
              </Table.Td>
              <Table.Td>
                <RowActions
                  authorization={row}
                  onOpen={() => onOpen(row.id)}
                  onCancel={() => onCancel(row.id)}
                />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
