import { Code, Group, Table, Text, Title } from '@mantine/core';
import type { RootKeyList } from '@latchkey/api/answers.ts';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../ui/copy-button.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import type { Chosen } from './chosen.ts';
import { RootKeyActions } from './root-key-actions.tsx';

type RootKey = RootKeyList['items'][number];

const columns = ['id', 'state', 'kind', 'dataKeys', 'knownBy', 'since', 'actions'] as const;
const tones = { primary: 'good', known: 'busy', retired: 'warning' } as const;
const addCommand = 'latchkey keys add';

interface RootKeyTableProps {
  readonly list: RootKeyList;
  readonly onAct: (chosen: Chosen) => void;
}

export function RootKeyTable({ list, onAct }: RootKeyTableProps) {
  const { t, i18n } = useTranslation(['keys', 'common']);
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <section aria-labelledby="root-keys">
      <Title order={2} size="h4" id="root-keys">
        {t('root.title')}
      </Title>
      <Table.ScrollContainer minWidth={840}>
        <Table verticalSpacing="sm" aria-labelledby="root-keys">
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column}>{t(`root.column.${column}`)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {list.items.map((key) => (
              <Table.Tr key={key.id} data-row tabIndex={-1}>
                <Table.Th scope="row">
                  <Code>{key.id}</Code>
                </Table.Th>
                <Table.Td>
                  <StatusBadge tone={tones[key.state]}>{t(`root.state.${key.state}`)}</StatusBadge>
                </Table.Td>
                <Table.Td>{key.kind === 'local' ? t('root.kind.local') : key.kind}</Table.Td>
                <Table.Td>{number.format(key.dataKeys)}</Table.Td>
                <Table.Td>
                  <KnownBy rootKey={key} list={list} />
                </Table.Td>
                <Table.Td>
                  <Since rootKey={key} />
                </Table.Td>
                <Table.Td>
                  <RootKeyActions rootKey={key} onAct={(action) => onAct({ action, key })} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group gap={4} mb="lg">
        <Text size="sm" c="dimmed">
          {t('root.add')}
        </Text>
        <Code>{addCommand}</Code>
        <CopyButton value={addCommand} label={t('common:copy')} />
      </Group>
    </section>
  );
}

/** A key is promoted only when every live process can use it: who cannot is named. */
function KnownBy({ rootKey, list }: { readonly rootKey: RootKey; readonly list: RootKeyList }) {
  const { t } = useTranslation('keys');
  const without = list.processes.filter(({ id }) => !rootKey.knownBy.includes(id));
  const count = list.processes.length;
  if (without.length === 0) return t('root.knownByAll', { count });
  return (
    <>
      {t('root.knownBySome', { known: rootKey.knownBy.length, count })}
      {rootKey.state !== 'retired' && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {t('root.without', { processes: without.map(({ id }) => id).join(', ') })}
        </Text>
      )}
    </>
  );
}

function Since({ rootKey: { createdAt, promotedAt, retiredAt } }: { readonly rootKey: RootKey }) {
  const { t } = useTranslation('keys');
  return (
    <>
      <Time at={createdAt} />
      {promotedAt !== null && (
        <Text size="xs" c="dimmed">
          {t('root.promoted')} <Time at={promotedAt} />
        </Text>
      )}
      {retiredAt !== null && (
        <Text size="xs" c="dimmed">
          {t('root.retired')} <Time at={retiredAt} />
        </Text>
      )}
    </>
  );
}
