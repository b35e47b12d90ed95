import type { CloudEvent } from '@latchkey/api/answers.ts';
import { Stack } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asCurl } from '../../commands/command.ts';
import { here } from '../../ui/copy-as.tsx';
import { News } from '../../ui/news.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { isFixed } from '../../ui/period.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { EmptyList } from '../empty-list.tsx';
import { EventTable } from './columns.tsx';
import type { ActivitySearch } from './search.ts';
import { Toolbar } from './toolbar.tsx';
import { useEvents } from './use-events.ts';
import { keepWorkspace } from '../../ui/keep-workspace.ts';

const Details = lazy(async () => ({ default: (await import('./details.tsx')).Details }));

/** What happened, as subscribers are told of it. */
export function ActivityPage() {
  const { t } = useTranslation('activity');
  const { workspace: _, ...search } = useSearch({ from: '/activity' });
  const navigate = useNavigate({ from: '/activity' });
  const [opened, setOpened] = useState<CloudEvent | null>(null);
  const { query, rows, ...news } = useEvents(search);
  const isFiltered = Object.values(search).some((value) => value !== undefined);

  const change = (changes: Partial<ActivitySearch>) =>
    void navigate({ search: (now) => ({ ...now, ...changes }) });
  const clear = () => void navigate({ search: keepWorkspace });
  return (
    <>
      <PageHead title={t('title')} lead={t('lead')}>
        <News {...news} isFixed={isFixed(search)} />
      </PageHead>
      <Stack>
        <Toolbar search={search} onChange={change} />
        <QueryView query={query} rows={8}>
          {() =>
            rows.length > 0 ? (
              <EventTable rows={rows} onOpen={setOpened} onOnly={(subject) => change({ subject })} />
            ) : (
              <EmptyList
                isFiltered={isFiltered}
                onClear={clear}
                title={t('nothing.title')}
                lead={t('nothing.lead')}
                button={t('nothing.button')}
                command={asCurl({ method: 'GET', path: '/v1/events/stream' }, here())}
              />
            )
          }
        </QueryView>
        <LoadMore query={query} label={t('older')} />
      </Stack>
      <Suspense>{opened !== null && <Details event={opened} onClose={() => setOpened(null)} />}</Suspense>
    </>
  );
}
