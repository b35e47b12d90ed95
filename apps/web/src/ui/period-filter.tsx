import { Button, Group, Popover, Select, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isFixed, periods, type PeriodName, type PeriodSearch } from './period.ts';

interface PeriodFilterProps {
  readonly value: PeriodSearch;
  readonly onChange: (period: PeriodSearch) => void;
  readonly choices?: readonly PeriodName[];
  /** Whether a period may be left out. */
  readonly clearable?: boolean;
}

/** A time as the fields of browsers have it: in the zone of the person, to the minute. */
function toField(at: string | undefined): string {
  if (at === undefined) return '';
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const fromField = (text: string) => (text === '' ? undefined : new Date(text).toISOString());

/** How far back, or from when to when. */
export function PeriodFilter({
  value,
  onChange,
  choices = Object.keys(periods) as PeriodName[],
  clearable = true,
}: PeriodFilterProps) {
  const { t } = useTranslation();
  const [isOpen, range] = useDisclosure();
  const fixed = isFixed(value);
  const data = [
    ...choices.map((name) => ({ value: name as string, label: t(`period.${name}`) })),
    { value: 'range', label: t('period.range') },
  ];
  const choose = (name: string | null) => {
    if (name === 'range') range.open();
    else onChange(name === null ? {} : { period: name as PeriodName });
  };
  return (
    <Popover opened={isOpen} onChange={(open) => !open && range.close()} trapFocus returnFocus withinPortal>
      <Popover.Target>
        <Select
          aria-label={t('period.label')}
          placeholder={t('period.all')}
          data={data}
          value={fixed ? 'range' : (value.period ?? null)}
          onChange={choose}
          allowDeselect={false}
          clearable={clearable || fixed}
          clearButtonProps={{ 'aria-label': t('period.clear') }}
          w={200}
        />
      </Popover.Target>
      <Popover.Dropdown>
        <Range
          value={value}
          onApply={(next) => {
            range.close();
            onChange(next);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function Range({
  value,
  onApply,
}: {
  readonly value: PeriodSearch;
  readonly onApply: (period: PeriodSearch) => void;
}) {
  const { t } = useTranslation();
  const [from, setFrom] = useState(() => toField(value.from));
  const [to, setTo] = useState(() => toField(value.to));
  const isReversed = from !== '' && to !== '' && from >= to;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isReversed) onApply({ from: fromField(from), to: fromField(to) });
      }}
    >
      <Stack gap="xs">
        <TextInput
          type="datetime-local"
          label={t('period.from')}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label={t('period.to')}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          error={isReversed ? t('period.reversed') : null}
        />
        <Group justify="flex-end">
          <Button type="submit" size="xs">
            {t('period.apply')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
