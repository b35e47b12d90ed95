import type { QueueList } from '@latchkey/api/answers.ts';
import { Anchor, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { duration } from '../../ui/duration.ts';
import { ListTable } from '../../ui/list-table.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { QueueActions, type QueueAction } from './row-actions.tsx';
import { jobStates } from './search.ts';

type Queue = QueueList['items'][number];
type State = (typeof jobStates)[number];

interface QueueTableProps {
  readonly queues: readonly Queue[];
  /** Whether any worker runs. */
  readonly isWorked: boolean;
  readonly onAct: (action: QueueAction, queue: Queue) => void;
}

/** A queue per row; every number leads to what it counts. */
export function QueueTable({ queues, isWorked, onAct }: QueueTableProps) {
  const { t } = useTranslation('jobs');
  const columns = ['queue', ...jobStates, 'oldest', 'workers', 'state'] as const;
  return (
    <ListTable minWidth={820} heads={columns.map((column) => t(`column.${column}`))}>
      {queues.map((queue) => (
        <QueueRow key={queue.name} queue={queue} isWorked={isWorked} onAct={onAct} />
      ))}
    </ListTable>
  );
}

interface QueueRowProps extends Omit<QueueTableProps, 'queues'> {
  readonly queue: Queue;
}

function QueueRow({ queue, isWorked, onAct }: QueueRowProps) {
  const { t, i18n } = useTranslation('jobs');
  const { name, background, oldestWaitingSeconds, workers, paused, pausedAt, pausedBy } = queue;
  const label = t(`queue.${name}`);
  const oldest = oldestWaitingSeconds === null ? null : duration(oldestWaitingSeconds, i18n.language);
  const link = (state: State, text: string, aria: string) => (
    <Anchor
      size="sm"
      aria-label={aria}
      renderRoot={(props) => (
        <Link to="/jobs" search={({ workspace }) => ({ workspace, queue: name, state })} {...props} />
      )}
    >
      {text}
    </Anchor>
  );
  return (
    <Table.Tr data-queue={name}>
      <Table.Th scope="row" fw={500}>
        {label}
      </Table.Th>
      {jobStates.map((state) => (
        <Table.Td key={state} data-count={state}>
          {link(
            state,
            queue[state].toLocaleString(i18n.language),
            t('link', { queue: label, count: queue[state], state: t(`state.${state}`) }),
          )}
          {state === 'waiting' && background > 0 && (
            <Text size="xs" c="dimmed">
              {t('background', { count: background })}
            </Text>
          )}
        </Table.Td>
      ))}
      <Table.Td data-oldest>
        {oldest === null ? '–' : link('waiting', oldest, t('linkOldest', { queue: label, time: oldest }))}
      </Table.Td>
      <Table.Td data-workers>{workers ?? t('unknown')}</Table.Td>
      <Table.Td>
        {paused ? (
          <StatusBadge tone="warning">{t('paused')}</StatusBadge>
        ) : (
          <StatusBadge tone={isWorked ? 'good' : 'bad'}>{isWorked ? t('runs') : t('stands')}</StatusBadge>
        )}
        {pausedAt !== null && (
          <Text size="xs" c="dimmed" component="div">
            <Time at={pausedAt} /> {pausedBy !== null && t('pausedBy', { person: pausedBy })}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <QueueActions queue={queue} onAct={(action) => onAct(action, queue)} />
      </Table.Td>
    </Table.Tr>
  );
}
