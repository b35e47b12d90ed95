import { Anchor, Button, Group, Paper, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { PeriodSearch } from '../../ui/period.ts';
import { atOf } from './at-of.ts';

interface RangeBarProps {
  readonly range: Pick<PeriodSearch, 'from' | 'to'>;
  /** Whether the charts reach back so far. */
  readonly isCovered: boolean;
  readonly onClear: () => void;
}

/** The part of the period that is looked at, with the lists of the same part. */
export function RangeBar({ range, isCovered, onClear }: RangeBarProps) {
  const { t, i18n } = useTranslation('overview');
  const { from, to } = range;
  const end = (at: string | undefined) => (at === undefined ? '…' : atOf(at, i18n.language, true));
  return (
    <Paper withBorder p="xs" mb="md">
      <Group gap="md">
        <Text size="sm" fw={600}>
          {t('range.label', { from: end(from), to: end(to) })}
        </Text>
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link to="/authorizations" search={({ workspace }) => ({ workspace, from, to })} {...props} />
          )}
        >
          {t('range.authorizations')}
        </Anchor>
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link to="/activity" search={({ workspace }) => ({ workspace, from, to })} {...props} />
          )}
        >
          {t('range.activity')}
        </Anchor>
        <Button size="compact-sm" variant="default" onClick={onClear}>
          {t('range.clear')}
        </Button>
      </Group>
      {!isCovered && <Text size="sm">{t('range.old')}</Text>}
    </Paper>
  );
}
