import { Button, Group } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { auditHeadQuery, auditQuery } from '../../api/audit-queries.ts';
import { NothingMatches, NothingYet } from '../../ui/empty-state.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { AuditTable } from './audit-table.tsx';
import { Chain } from './chain.tsx';
import { ExportButtons } from './export-buttons.tsx';
import { Toolbar } from './toolbar.tsx';
import { useFilter } from './use-filter.ts';

const EntryDrawer = lazy(async () => ({ default: (await import('./entry-drawer.tsx')).EntryDrawer }));

export function AuditPage() {
  const { t } = useTranslation(['audit', 'common']);
  const { search, filter, change, clear, isFiltered } = useFilter();
  const { after, to, period } = search;
  const page = useQuery({ ...auditQuery(filter, after), placeholderData: keepPreviousData });
  const head = useQuery(auditHeadQuery);
  // A fixed range has no news, and neither has a page that does not begin at the end.
  const isLive = after === undefined && (to === undefined || period !== undefined);
  const news = isLive ? Number(head.data?.sequence ?? 0) - (page.data?.head ?? Infinity) : 0;

  return (
    <>
      <PageHead title={t('title')} lead={t('lead')}>
        <ExportButtons />
      </PageHead>
      <Chain />
      <Toolbar />
      <QueryView query={page} rows={10}>
        {({ items, nextCursor }) => {
          if (items.length === 0 && (isFiltered || after !== undefined))
            return <NothingMatches onClear={clear} />;
          if (items.length === 0) return <NothingYet title={t('nothing.title')} lead={t('nothing.lead')} />;
          return (
            <>
              {news > 0 && (
                <Button size="compact-sm" variant="light" mb="xs" onClick={() => void page.refetch()}>
                  {t('common:news', { count: news })}
                </Button>
              )}
              <AuditTable entries={items} onOpen={(entry) => change({ after, entry })} />
              <Group mt="md">
                {after !== undefined && (
                  <Button variant="default" onClick={() => change({})}>
                    {t('newest')}
                  </Button>
                )}
                {nextCursor !== null && (
                  <Button variant="default" onClick={() => change({ after: nextCursor })}>
                    {t('older')}
                  </Button>
                )}
              </Group>
            </>
          );
        }}
      </QueryView>
      <Suspense>
        {search.entry !== undefined && (
          <EntryDrawer sequence={search.entry} onClose={() => change({ after, entry: undefined })} />
        )}
      </Suspense>
    </>
  );
}
