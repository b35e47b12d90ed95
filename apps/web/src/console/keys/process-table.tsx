import { Code, Group, Table, Title } from '@mantine/core';
import type { RootKeyList } from '@latchkey/api/answers.ts';
import { useTranslation } from 'react-i18next';
import { Time } from '../../ui/time.tsx';

const columns = ['id', 'role', 'version', 'keys', 'seen'] as const;

export function ProcessTable({ processes }: { readonly processes: RootKeyList['processes'] }) {
  const { t } = useTranslation('keys');
  return (
    <section aria-labelledby="processes">
      <Title order={2} size="h4" id="processes">
        {t('processes.title')}
      </Title>
      <Table.ScrollContainer minWidth={640}>
        <Table aria-labelledby="processes">
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column}>{t(`processes.column.${column}`)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {processes.map(({ id, role, version, rootKeyIds, seenAt }) => (
              <Table.Tr key={id}>
                <Table.Td>{id}</Table.Td>
                <Table.Td>{role}</Table.Td>
                <Table.Td>{version}</Table.Td>
                <Table.Td>
                  <Group gap={4}>
                    {rootKeyIds.map((key) => (
                      <Code key={key}>{key}</Code>
                    ))}
                  </Group>
                </Table.Td>
                <Table.Td>
                  <Time at={seenAt} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </section>
  );
}
