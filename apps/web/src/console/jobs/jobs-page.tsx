import type { QueueList } from '@latchkey/api/answers.ts';
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queuesQuery } from '../../api/queue-queries.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { QueueTable } from './columns.tsx';
import { JobList } from './job-list.tsx';
import { NoWorker } from './no-worker.tsx';
import type { QueueAction } from './row-actions.tsx';

const ActDialog = lazy(async () => ({ default: (await import('./act-dialog.tsx')).ActDialog }));

interface Asked {
  readonly action: QueueAction;
  readonly queue: QueueList['items'][number];
}

/** The queues of the instance, and the jobs behind each number. */
export function JobsPage() {
  const { t } = useTranslation('jobs');
  const { queue, state = 'waiting' } = useSearch({ from: '/jobs' });
  const navigate = useNavigate({ from: '/jobs' });
  const [asked, setAsked] = useState<Asked | null>(null);
  const queues = useQuery(queuesQuery);
  return (
    <>
      <PageHead title={t('title')} lead={t('lead')} />
      <QueryView query={queues} rows={4}>
        {({ items, workersAlive, transport }) => (
          <>
            {workersAlive === 0 && <NoWorker />}
            <Text size="sm" c="dimmed" mb="xs">
              {t('alive', { count: workersAlive })} {t(`transport.${transport}`)}
            </Text>
            <QueueTable
              queues={items}
              isWorked={workersAlive > 0}
              onAct={(action, of) => setAsked({ action, queue: of })}
            />
          </>
        )}
      </QueryView>
      {queue !== undefined && (
        <JobList
          queue={queue}
          state={state}
          onState={(next) => void navigate({ search: (now) => ({ ...now, state: next }) })}
        />
      )}
      <Suspense>
        {asked !== null && (
          <ActDialog action={asked.action} queue={asked.queue} onClose={() => setAsked(null)} />
        )}
      </Suspense>
    </>
  );
}
