import { useTranslation } from 'react-i18next';
import { duration } from '../../ui/duration.ts';
import type { Bucket } from './buckets.ts';

export interface Series {
  readonly key: string;
  readonly label: string;
  /** Of Mantine's palette. */
  readonly color: string;
  /** SVG dash pattern, so that lines differ in more than their colour. */
  readonly dash?: string;
}

/** One chart: what it shows, and the same in words. */
export interface ChartFacts {
  readonly name: 'refreshes' | 'leases' | 'jobs' | 'backlog';
  readonly title: string;
  readonly summary: string;
  /** Below the chart, where there is something to know about its numbers. */
  readonly note?: string | undefined;
  readonly shape: 'bars' | 'lines';
  readonly series: readonly Series[];
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
  readonly format: (value: number) => string;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const most = (values: readonly (number | null)[]) => Math.max(0, ...values.map((value) => value ?? 0));

/** The four charts of the overview, of these parts of a period. */
export function useCharts(buckets: readonly Bucket[]): ChartFacts[] {
  const { t, i18n } = useTranslation('overview');
  const { language } = i18n;
  const number = (value: number) => value.toLocaleString(language, { maximumFractionDigits: 1 });
  const milliseconds = (value: number) =>
    value < 1000
      ? value.toLocaleString(language, { style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 })
      : duration(value / 1000, language);
  const seconds = (value: number) => duration(value, language);

  const outcomes = [
    ['succeeded', 'green'],
    ['rejected', 'red'],
    ['unknown', 'orange'],
    ['notSent', 'gray'],
    ['inFlight', 'blue'],
  ] as const;
  const total = (outcome: (typeof outcomes)[number][0]) =>
    sum(buckets.map((bucket) => bucket.refreshes[outcome]));
  const percentiles = [
    ['waitP50Ms', 'blue', '4 3'],
    ['waitP95Ms', 'blue', ''],
    ['runP50Ms', 'grape', '4 3'],
    ['runP95Ms', 'grape', ''],
  ] as const;
  return [
    {
      name: 'refreshes',
      title: t('chart.refreshes.title'),
      summary: t('chart.refreshes.summary', {
        total: number(sum(outcomes.map(([key]) => total(key)))),
        succeeded: number(total('succeeded')),
        rejected: number(total('rejected')),
        unknown: number(total('unknown')),
      }),
      shape: 'bars',
      series: outcomes.map(([key, color]) => ({ key, color, label: t(`chart.refreshes.${key}`) })),
      rows: buckets.map(({ at, refreshes }) => ({ at, ...refreshes })),
      format: number,
    },
    {
      name: 'leases',
      title: t('chart.leases.title'),
      summary: t('chart.leases.summary', {
        total: number(sum(buckets.map(({ leases }) => leases.issued))),
        most: number(most(buckets.map(({ leases }) => leases.perMinute))),
      }),
      note: buckets.some(({ leases }) => leases.estimated) ? t('chart.leases.estimated') : undefined,
      shape: 'lines',
      series: [{ key: 'perMinute', color: 'indigo', label: t('chart.leases.perMinute') }],
      rows: buckets.map(({ at, leases }) => ({ at, perMinute: leases.perMinute })),
      format: number,
    },
    {
      name: 'jobs',
      title: t('chart.jobs.title'),
      summary: t('chart.jobs.summary', {
        total: number(sum(buckets.map(({ jobs }) => jobs.finished))),
        wait: milliseconds(most(buckets.map(({ jobs }) => jobs.waitP95Ms))),
        run: milliseconds(most(buckets.map(({ jobs }) => jobs.runP95Ms))),
      }),
      shape: 'lines',
      series: percentiles.map(([key, color, dash]) => ({ key, color, dash, label: t(`chart.jobs.${key}`) })),
      rows: buckets.map(({ at, jobs }) => ({ at, ...jobs })),
      format: milliseconds,
    },
    {
      name: 'backlog',
      title: t('chart.backlog.title'),
      summary: t('chart.backlog.summary', {
        most: seconds(most(buckets.map(({ backlog }) => backlog.oldestSeconds))),
      }),
      shape: 'lines',
      series: [{ key: 'oldestSeconds', color: 'orange', label: t('chart.backlog.oldestSeconds') }],
      rows: buckets.map(({ at, backlog }) => ({ at, ...backlog })),
      format: seconds,
    },
  ];
}
