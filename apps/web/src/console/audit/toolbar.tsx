import { Button, Group, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { consoleData } from '../console-data.ts';
import { FilterInput } from './filter-input.tsx';
import { periods } from './search.ts';
import { TimeInput } from './time-input.tsx';
import { useAuditWords } from './use-audit-words.ts';
import { useFilter } from './use-filter.ts';

const periodNames = Object.keys(periods) as (keyof typeof periods)[];
const outcomes = ['success', 'refused'] as const;

export function Toolbar() {
  const { t } = useTranslation(['audit', 'common']);
  const { search, change, clear, isFiltered } = useFilter();
  const words = useAuditWords();
  const { actor, action, subject, outcome, period, from, to } = search;
  const isFixed = period === undefined && (from !== undefined || to !== undefined);
  const choosePeriod = (value: string | null) => {
    const day = 86_400_000;
    const fixed =
      value === 'fixed'
        ? { from: new Date(Date.now() - day).toISOString(), to: new Date().toISOString() }
        : { from: undefined, to: undefined };
    change({ period: periodNames.find((name) => name === value), ...fixed });
  };
  return (
    <Group mb="md" gap="sm" align="flex-end" role="search">
      <FilterInput
        label={t('filter.subject')}
        isSearch
        value={subject}
        onChange={(value) => change({ subject: value })}
      />
      <FilterInput label={t('filter.actor')} value={actor} onChange={(value) => change({ actor: value })} />
      <Select
        label={t('filter.action')}
        placeholder={t('common:all')}
        data={consoleData().auditActions.map((value) => ({ value, label: words.action(value) }))}
        value={action ?? null}
        searchable
        clearable
        onChange={(value) => change({ action: value ?? undefined })}
      />
      <Select
        label={t('outcome.label')}
        placeholder={t('common:all')}
        w={170}
        data={outcomes.map((value) => ({ value, label: t(`outcome.${value}`) }))}
        value={outcome ?? null}
        clearable
        onChange={(value) => change({ outcome: outcomes.find((each) => each === value) })}
      />
      <Select
        label={t('filter.period')}
        w={200}
        data={[
          { value: 'all', label: t('period.all') },
          ...periodNames.map((value) => ({ value, label: t(`period.${value}`) })),
          { value: 'fixed', label: t('period.fixed') },
        ]}
        value={period ?? (isFixed ? 'fixed' : 'all')}
        allowDeselect={false}
        onChange={choosePeriod}
      />
      {isFixed && (
        <>
          <TimeInput label={t('filter.from')} value={from} onChange={(value) => change({ from: value })} />
          <TimeInput label={t('filter.to')} value={to} onChange={(value) => change({ to: value })} />
        </>
      )}
      {isFiltered && (
        <Button variant="subtle" onClick={clear}>
          {t('common:clearFilters')}
        </Button>
      )}
    </Group>
  );
}
