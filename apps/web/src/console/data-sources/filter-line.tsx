import { Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PartName } from './search.ts';

interface FilterLineProps {
  readonly show: PartName;
  readonly onClear: () => void;
}

/** Says that the list is not whole, and makes it so. */
export function FilterLine({ show, onClear }: FilterLineProps) {
  const { t } = useTranslation(['data-sources', 'common']);
  const text =
    show === 'someone' || show === 'user' || show === 'admin'
      ? t(`show.${show}`)
      : t('show.status', { status: t(`common:status.${show}`) });
  return (
    <Group gap="xs" mb="md" role="group" aria-label={t('common:filter')} data-show={show}>
      <Text size="sm">{text}</Text>
      <Button variant="default" size="compact-sm" onClick={onClear}>
        {t('common:clearFilters')}
      </Button>
    </Group>
  );
}
