import { Button, Paper, Skeleton, Table, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { atOf } from './at-of.ts';
import type { ChartFacts } from './series.ts';

const TimeChart = lazy(async () => ({ default: (await import('./time-chart.tsx')).TimeChart }));

interface ChartCardProps {
  readonly facts: ChartFacts;
  readonly onDrag: (one: string, other: string) => void;
}

/** A chart, what it says in a sentence, and its numbers as a table. */
export function ChartCard({ facts, onDrag }: ChartCardProps) {
  const { t } = useTranslation('overview');
  const [isOpen, table] = useDisclosure();
  const id = useId();
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={id} data-chart={facts.name}>
      <Title order={2} size="h5" id={id}>
        {facts.title}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {facts.summary} {facts.note}
      </Text>
      <div role="img" aria-label={`${facts.title}. ${facts.summary}`}>
        <Suspense fallback={<Skeleton height={220} />}>
          <TimeChart facts={facts} onDrag={onDrag} />
        </Suspense>
      </div>
      <Button
        variant="default"
        size="compact-sm"
        mt="xs"
        aria-expanded={isOpen}
        aria-controls={`${id}-table`}
        onClick={table.toggle}
      >
        {isOpen ? t('table.hide') : t('table.show')}
      </Button>
      <div id={`${id}-table`}>{isOpen && <NumbersTable facts={facts} />}</div>
    </Paper>
  );
}

/** The parts in which anything happened, newest first. */
function NumbersTable({ facts }: { readonly facts: ChartFacts }) {
  const { t, i18n } = useTranslation('overview');
  const { series, rows, format, title } = facts;
  const filled = rows.filter((row) => series.some(({ key }) => (row[key] ?? 0) !== 0)).toReversed();
  if (filled.length === 0) return <Text size="sm">{t('nothing')}</Text>;
  return (
    <Table.ScrollContainer
      minWidth={320}
      maxHeight={280}
      type="native"
      tabIndex={0}
      role="region"
      aria-label={title}
    >
      <Table verticalSpacing={4} aria-label={title}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('table.at')}</Table.Th>
            {series.map(({ key, label }) => (
              <Table.Th key={key}>{label}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {filled.map((row) => (
            <Table.Tr key={row['at']} data-at={row['at']}>
              <Table.Th scope="row" fw={400}>
                {atOf(String(row['at']), i18n.language, true)}
              </Table.Th>
              {series.map(({ key }) => {
                const value = row[key];
                return <Table.Td key={key}>{typeof value === 'number' ? format(value) : '–'}</Table.Td>;
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
