import { Box, Paper, Text, useComputedColorScheme } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  Bar,
  CartesianGrid,
  ComposedChart,
  Legend,
  Line,
  ReferenceArea,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { atOf } from './at-of.ts';
import type { ChartFacts, Series } from './series.ts';

interface TimeChartProps {
  readonly facts: ChartFacts;
  /** A drag from one part to another, in either direction. */
  readonly onDrag: (one: string, other: string) => void;
}

/** A chart over time. It never moves by itself, so there is no motion to reduce. */
export function TimeChart({ facts, onDrag }: TimeChartProps) {
  const { i18n } = useTranslation('overview');
  const isDark = useComputedColorScheme('light') === 'dark';
  const [dragged, setDragged] = useState<{ readonly from: string; readonly to: string } | null>(null);
  const { shape, series, rows, format } = facts;
  const shade = isDark ? 4 : 7;
  const colorOf = ({ color }: Series) => `var(--mantine-color-${color}-${shade})`;
  const text = 'var(--mantine-color-dimmed)';
  const label = (at: unknown) => (typeof at === 'string' ? at : null);
  const end = (to: string | null) => {
    if (dragged !== null && to !== null && dragged.from !== to) onDrag(dragged.from, to);
    setDragged(null);
  };
  return (
    <ResponsiveContainer width="100%" height={220}>
      <ComposedChart
        data={[...rows]}
        accessibilityLayer={false}
        margin={{ top: 4, right: 8, bottom: 0, left: 0 }}
        style={{ cursor: 'crosshair', userSelect: 'none' }}
        // A quick drag would end where the pointer was a frame ago.
        throttledEvents={[]}
        onMouseDown={({ activeLabel }) => {
          const at = label(activeLabel);
          if (at !== null) setDragged({ from: at, to: at });
        }}
        onMouseMove={({ activeLabel }) => {
          const at = label(activeLabel);
          if (at !== null) setDragged((now) => now && { ...now, to: at });
        }}
        onMouseUp={({ activeLabel }) => end(label(activeLabel) ?? dragged?.to ?? null)}
        onMouseLeave={() => setDragged(null)}
      >
        <CartesianGrid vertical={false} stroke="var(--mantine-color-default-border)" />
        <XAxis
          dataKey="at"
          tickFormatter={(at: string) => atOf(at, i18n.language)}
          tick={{ fill: text, fontSize: 12 }}
          stroke={text}
          minTickGap={40}
        />
        <YAxis
          tickFormatter={format}
          tick={{ fill: text, fontSize: 12 }}
          stroke={text}
          width={64}
          allowDecimals={false}
        />
        <Tooltip
          isAnimationActive={false}
          content={({ active, label: at }) =>
            active ? <Values facts={facts} at={label(at)} language={i18n.language} /> : null
          }
        />
        {series.length > 1 && (
          <Legend
            itemSorter={null}
            iconType={shape === 'bars' ? 'square' : 'plainline'}
            formatter={(name: string) => (
              <Text size="xs" span c="dimmed">
                {name}
              </Text>
            )}
          />
        )}
        {series.map((each) =>
          shape === 'bars' ? (
            <Bar
              key={each.key}
              dataKey={each.key}
              name={each.label}
              stackId="all"
              fill={colorOf(each)}
              isAnimationActive={false}
            />
          ) : (
            <Line
              key={each.key}
              dataKey={each.key}
              name={each.label}
              stroke={colorOf(each)}
              strokeWidth={2}
              strokeDasharray={each.dash ?? ''}
              // One alone makes no line.
              dot={{ r: 1.5, fill: colorOf(each), strokeDasharray: '' }}
              connectNulls
              isAnimationActive={false}
            />
          ),
        )}
        {dragged !== null && (
          <ReferenceArea
            x1={dragged.from}
            x2={dragged.to}
            fill="var(--mantine-color-indigo-5)"
            fillOpacity={0.3}
          />
        )}
      </ComposedChart>
    </ResponsiveContainer>
  );
}

interface ValuesProps {
  readonly facts: ChartFacts;
  readonly at: string | null;
  readonly language: string;
}

function Values({ facts, at, language }: ValuesProps) {
  const row = facts.rows.find((each) => each['at'] === at);
  if (at === null || row === undefined) return null;
  return (
    <Paper withBorder p="xs" shadow="sm">
      <Text size="xs" fw={600}>
        {atOf(at, language, true)}
      </Text>
      {facts.series.map(({ key, label }) => {
        const value = row[key];
        return (
          <Box key={key}>
            <Text size="xs">
              {label}: {typeof value === 'number' ? facts.format(value) : '–'}
            </Text>
          </Box>
        );
      })}
    </Paper>
  );
}
