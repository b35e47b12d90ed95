import type { Provider } from '@latchkey/api/answers.ts';
import { useTranslation } from 'react-i18next';
import { PageTable } from '../../ui/page-table.tsx';
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
    <PageTable label={t('title')} minWidth={760} heads={columns.map((column) => t(`column.${column}`))}>
      {providers.map((provider) => (
        <ClientRow
          key={provider.id}
          provider={provider}
          onConfigure={() => onConfigure(provider)}
          onRemove={() => onRemove(provider)}
        />
      ))}
    </PageTable>
  );
}
