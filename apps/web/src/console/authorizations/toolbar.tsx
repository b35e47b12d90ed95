import { Button, Group, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { providersQuery } from '../../api/queries.ts';
import { PeriodFilter } from '../../ui/period-filter.tsx';
import { kinds, statuses, type AuthorizationsSearch } from './search.ts';

interface ToolbarProps {
  readonly search: AuthorizationsSearch;
  readonly onChange: (change: Partial<AuthorizationsSearch>) => void;
}

/** The filters of the list, as they stand in the address. */
export function Toolbar({ search, onChange }: ToolbarProps) {
  const { t } = useTranslation(['authorizations', 'common']);
  const { data: providers = [] } = useQuery(providersQuery);
  const clearButtonProps = (filter: string) => ({ 'aria-label': t('filter.clear', { filter }) });
  return (
    <Group gap="xs" role="group" aria-label={t('common:filter')}>
      <Select
        aria-label={t('filter.status')}
        placeholder={t('filter.anyStatus')}
        data={statuses.map((value) => ({ value, label: t(`common:authorization.${value}`) }))}
        value={search.status ?? null}
        onChange={(status) => onChange({ status: status ?? undefined })}
        clearable
        clearButtonProps={clearButtonProps(t('filter.status'))}
        w={180}
      />
      <Select
        aria-label={t('filter.kind')}
        placeholder={t('filter.anyKind')}
        data={kinds.map((value) => ({ value, label: t(`common:kind.${value}`) }))}
        value={search.kind ?? null}
        onChange={(kind) => onChange({ kind: kind ?? undefined })}
        clearable
        clearButtonProps={clearButtonProps(t('filter.kind'))}
        w={150}
      />
      <Select
        aria-label={t('filter.provider')}
        placeholder={t('filter.anyProvider')}
        data={providers.map(({ id, label }) => ({ value: id, label }))}
        value={search.provider ?? null}
        onChange={(provider) => onChange({ provider: provider ?? undefined })}
        clearable
        clearButtonProps={clearButtonProps(t('filter.provider'))}
        searchable
        w={200}
      />
      <PeriodFilter value={search} onChange={({ period, from, to }) => onChange({ period, from, to })} />
      {search.credentialId !== undefined && (
        <Button
          variant="light"
          size="xs"
          rightSection="✕"
          onClick={() => onChange({ credentialId: undefined })}
        >
          {t('filter.credential', { id: search.credentialId })}
        </Button>
      )}
    </Group>
  );
}
