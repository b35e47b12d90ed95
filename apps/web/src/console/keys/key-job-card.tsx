import { Group, Paper, Progress, Text } from '@mantine/core';
import type { KeyJob } from '@latchkey/api/answers.ts';
import { useTranslation } from 'react-i18next';
import { commandItem } from '../../commands/command-item.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { CommandMenu } from '../../ui/copy-as.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';

const tones = { running: 'busy', succeeded: 'good', failed: 'bad', cancelled: 'warning' } as const;

interface KeyJobCardProps {
  readonly job: KeyJob;
  readonly onCancel: () => void;
}

export function KeyJobCard({ job, onCancel }: KeyJobCardProps) {
  const { t, i18n } = useTranslation('keys');
  const number = new Intl.NumberFormat(i18n.language);
  const { kind, status, done, total, skipped, error, startedAt, finishedAt } = job;
  const isRunning = status === 'running';
  const progress =
    total === null
      ? t('job.counting')
      : t('job.progress', { done: number.format(done), total: number.format(total) });
  return (
    <Paper withBorder p="sm" data-job={job.id}>
      <Group justify="space-between">
        <Group gap="sm">
          <Text fw={600}>{t(`job.${kind}`)}</Text>
          <StatusBadge tone={tones[status]}>{t(`job.status.${status}`)}</StatusBadge>
          <Text size="sm">{progress}</Text>
          {skipped > 0 && <Text size="sm">{t('job.skipped', { count: skipped })}</Text>}
        </Group>
        <Group gap="sm">
          <Text size="sm" c="dimmed">
            {finishedAt === null ? t('job.began') : t('job.ended')} <Time at={finishedAt ?? startedAt} />
          </Text>
          {isRunning && (
            <Group gap={4} wrap="nowrap">
              <ActionButton
                permission="key:manage"
                role="admin"
                size="compact-sm"
                variant="default"
                onClick={onCancel}
              >
                {t('job.cancel')}
              </ActionButton>
              <CommandMenu
                label={t('root.menu', { id: job.id })}
                items={[commandItem(t('job.cancel'), 'keyJob.cancel', job.id)]}
              />
            </Group>
          )}
        </Group>
      </Group>
      {isRunning && (
        <Progress
          mt="xs"
          value={total === null || total === 0 ? 0 : Math.min(100, (100 * done) / total)}
          aria-label={t(`job.${kind}`)}
        />
      )}
      {error !== null && (
        <Text size="sm" c="red" mt="xs">
          {t(`job.why.${kind}`)}
        </Text>
      )}
    </Paper>
  );
}
