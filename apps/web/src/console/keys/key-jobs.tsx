import { Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { keyJobsQuery } from '../../api/keys-queries.ts';
import { commandItem } from '../../commands/command-item.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { CommandMenu } from '../../ui/copy-as.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import type { Chosen } from './chosen.ts';
import { KeyJobCard } from './key-job-card.tsx';

const kinds = ['rewrap', 'rotate_data'] as const;
/** In some languages what is done takes more than the width of a phone to say. */
const wrapping = { maw: '100%', h: 'auto', py: 10, styles: { label: { whiteSpace: 'normal' } } } as const;

export function KeyJobs({ onAct }: { readonly onAct: (chosen: Chosen) => void }) {
  const { t } = useTranslation('keys');
  const jobs = useQuery(keyJobsQuery);
  return (
    <section aria-labelledby="key-jobs">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4" id="key-jobs">
          {t('job.title')}
        </Title>
        <Group gap="xs">
          {kinds.map((kind) => (
            <ActionButton
              key={kind}
              permission="key:manage"
              role="admin"
              variant="default"
              {...wrapping}
              onClick={() => onAct({ action: 'start', kind })}
            >
              {t(`job.${kind}`)}
            </ActionButton>
          ))}
          <CommandMenu
            items={[
              commandItem(t('job.rewrap'), 'keyJob.rewrap'),
              commandItem(t('job.rotate_data'), 'keyJob.rotateData'),
            ]}
          />
        </Group>
      </Group>
      <QueryView query={jobs} rows={2}>
        {({ items }) => (
          <Stack gap="xs" mb="lg">
            {items.length === 0 && <Text c="dimmed">{t('job.none')}</Text>}
            {items.map((job) => (
              <KeyJobCard key={job.id} job={job} onCancel={() => onAct({ action: 'cancel', job })} />
            ))}
          </Stack>
        )}
      </QueryView>
    </section>
  );
}
