import { Button, Group, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { consoleData } from '../console-data.ts';
import { PeriodFilter } from '../../ui/period-filter.tsx';
import { thingOf, useEventWords } from './event-words.ts';
import type { ActivitySearch } from './search.ts';

interface ToolbarProps {
  readonly search: ActivitySearch;
  readonly onChange: (change: Partial<ActivitySearch>) => void;
}

/** The filters of the list, as they stand in the address. */
export function Toolbar({ search, onChange }: ToolbarProps) {
  const { t } = useTranslation(['activity', 'common']);
  const words = useEventWords();
  const { eventTypes } = consoleData();
  const data = [...new Set(eventTypes.map(thingOf))].map((thing) => ({
    group: t(`group.${thing as 'keys'}`, { defaultValue: thing }),
    items: eventTypes
      .filter((type) => thingOf(type) === thing)
      .map((type) => ({ value: type, label: words(type) })),
  }));
  return (
    <Group gap="xs" role="group" aria-label={t('common:filter')}>
      <Select
        aria-label={t('filter.type')}
        placeholder={t('filter.anyType')}
        data={data}
        value={search.type ?? null}
        onChange={(type) => onChange({ type: type ?? undefined })}
        clearable
        clearButtonProps={{ 'aria-label': t('filter.clear', { filter: t('filter.type') }) }}
        searchable
        w={260}
      />
      <PeriodFilter value={search} onChange={({ period, from, to }) => onChange({ period, from, to })} />
      {search.subject !== undefined && (
        <Button variant="light" size="xs" rightSection="✕" onClick={() => onChange({ subject: undefined })}>
          {t('filter.subject', { id: search.subject })}
        </Button>
      )}
    </Group>
  );
}
