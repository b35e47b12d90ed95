import { SimpleGrid, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Overview } from '@latchkey/api/answers.ts';
import { getOverview } from '../../api/overview.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { PeriodFilter } from '../../ui/period-filter.tsx';
import { isFixed, type PeriodSearch } from '../../ui/period.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { bucketsOf, overviewPeriods, periodFor, rangeBetween } from './buckets.ts';
import { ChartCard } from './chart-card.tsx';
import { Counts } from './counts.tsx';
import { RangeBar } from './range-bar.tsx';
import { useCharts } from './series.ts';
import { Someone } from './someone.tsx';

const pollMs = 30_000;

/** How the workspace does: what needs somebody, how many there are of what, and four charts. */
export function OverviewPage() {
  const { t } = useTranslation('overview');
  const { workspace: _, ...search } = useSearch({ from: '/overview' });
  const navigate = useNavigate({ from: '/overview' });
  const period = periodFor(search, Date.now());
  const overview = useQuery({
    queryKey: ['overview', period],
    queryFn: ({ signal }) => getOverview(period, signal),
    refetchInterval: pollMs,
    placeholderData: keepPreviousData,
  });
  const choose = ({ period: next, from, to }: PeriodSearch) =>
    void navigate({ search: ({ workspace }) => ({ workspace, period: next, from, to }) });
  return (
    <>
      <PageHead title={t('title')} lead={t('lead')}>
        <PeriodFilter
          value={isFixed(search) ? search : { period }}
          onChange={choose}
          choices={overviewPeriods}
          clearable={false}
        />
      </PageHead>
      <QueryView query={overview} rows={10}>
        {(data) => (
          <>
            <Someone needSomeone={data.needSomeone} />
            <Counts credentials={data.credentials} />
            {isFixed(search) && (
              <RangeBar
                range={search}
                isCovered={bucketsOf(data, search).length > 0}
                onClear={() => choose({ period })}
              />
            )}
            <Charts overview={data} range={search} onRange={choose} />
          </>
        )}
      </QueryView>
    </>
  );
}

interface ChartsProps {
  readonly overview: Overview;
  readonly range: PeriodSearch;
  readonly onRange: (range: PeriodSearch) => void;
}

function Charts({ overview, range, onRange }: ChartsProps) {
  const { t } = useTranslation('overview');
  const charts = useCharts(bucketsOf(overview, range));
  const drag = (one: string, other: string) => onRange(rangeBetween(one, other, overview.bucketSeconds));
  return (
    <>
      <Text size="sm" c="dimmed" mb="xs">
        {t('range.hint')}
      </Text>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {charts.map((facts) => (
          <ChartCard key={facts.name} facts={facts} onDrag={drag} />
        ))}
      </SimpleGrid>
    </>
  );
}
