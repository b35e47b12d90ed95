import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { queuesQuery } from '../../api/queue-queries.ts';
import { useMay } from '../../session/session-context.tsx';
import { keepWorkspace } from '../../ui/keep-workspace.ts';

const NoWorker = lazy(async () => ({ default: (await import('./no-worker.tsx')).NoWorker }));

/** On every page but that of the jobs, which says it itself. Only who may look at the queues of the instance asks. */
export function NoWorkerBanner() {
  const { t } = useTranslation('jobs');
  const isAdmin = useMay('queue:manage');
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const { data } = useQuery({ ...queuesQuery, enabled: isAdmin });
  if (data?.workersAlive !== 0 || path === '/jobs') return null;
  return (
    <Suspense>
      <NoWorker>
        <Anchor size="sm" renderRoot={(props) => <Link to="/jobs" search={keepWorkspace} {...props} />}>
          {t('noWorker.see')}
        </Anchor>
      </NoWorker>
    </Suspense>
  );
}
