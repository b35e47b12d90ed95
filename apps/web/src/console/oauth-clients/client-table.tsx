import { Table } from '@mantine/core';
import type { Provider } from '@latchkey/api/answers.ts';
import { useTranslation } from 'react-i18next';
import { ClientRow } from './client-row.tsx';
import { columns } from './columns.ts';

interface ClientTableProps {
  readonly providers: readonly Provider[];
  readonly onConfigure: (provider: Provider) => void;
  readonly onRemove: (provider: Provider) => void;
}

export function ClientTable({ providers, onConfigure, onRemove }: ClientTableProps) {
  const { t } = useTranslation('oauth-clients');
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table verticalSpacing="sm" aria-label={t('title')}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column}>{t(`column.${column}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {providers.map((provider) => (
            <ClientRow
              key={provider.id}
              provider={provider}
              onConfigure={() => onConfigure(provider)}
              onRemove={() => onRemove(provider)}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
