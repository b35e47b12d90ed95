import type { Overview } from '@latchkey/api/answers.ts';
import { Paper, SimpleGrid, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ShowLink } from '../data-sources/show-link.tsx';

/** How many credentials there are in each state; each number leads to the list of them. */
export function Counts({ credentials }: { readonly credentials: Overview['credentials'] }) {
  const { t, i18n } = useTranslation('overview');
  const { total, byStatus, refreshFailing } = credentials;
  const counts = [
    ['total', total, undefined],
    ['active', byStatus.active, 'active'],
    ['refreshFailing', refreshFailing, 'refresh_failing'],
    ['reauthorization_required', byStatus.reauthorization_required, 'reauthorization_required'],
    ['invalid', byStatus.invalid, 'invalid'],
    ['pending', byStatus.pending, 'pending'],
    ['revoking', byStatus.revoking, 'revoking'],
  ] as const;
  return (
    <SimpleGrid
      cols={{ base: 2, sm: 4, lg: 7 }}
      spacing="xs"
      role="group"
      aria-label={t('counts.label')}
      mb="md"
    >
      {counts.map(([key, count, show]) => (
        <Paper key={key} withBorder p="sm" data-count={key}>
          <ShowLink size="xl" fw={700} show={show} aria-label={`${t(`counts.${key}`)}: ${count}`}>
            {count.toLocaleString(i18n.language)}
          </ShowLink>
          <Text size="sm" c="dimmed">
            {t(`counts.${key}`)}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  );
}
