import { Group, Stack } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asLatchkey } from '../../commands/command.ts';
import { commands } from '../../commands/commands.ts';
import { here } from '../../ui/copy-as.tsx';
import { News } from '../../ui/news.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { isFixed } from '../../ui/period.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { EmptyList } from '../empty-list.tsx';
import type { CancelTarget } from './cancel-all.ts';
import { CancelMany } from './cancel-many.tsx';
import { AuthorizationTable } from './columns.tsx';
import type { AuthorizationsSearch } from './search.ts';
import { Toolbar } from './toolbar.tsx';
import { useAuthorizations } from './use-authorizations.ts';
import { keepWorkspace } from '../../ui/keep-workspace.ts';

const CancelDialog = lazy(async () => ({ default: (await import('./cancel-dialog.tsx')).CancelDialog }));
const Details = lazy(async () => ({ default: (await import('./details.tsx')).Details }));

const nobody: ReadonlySet<string> = new Set();

/** Every authorization of the workspace, as it stands, and the way to stop what waits. */
export function AuthorizationsPage() {
  const { t } = useTranslation(['authorizations', 'common']);
  const { workspace: _, ...search } = useSearch({ from: '/authorizations' });
  const navigate = useNavigate({ from: '/authorizations' });
  const [selected, setSelected] = useState(nobody);
  const [target, setTarget] = useState<CancelTarget | null>(null);
  const { query, rows, ...news } = useAuthorizations(search);

  const change = (changes: Partial<AuthorizationsSearch>) =>
    void navigate({ search: (now) => ({ ...now, ...changes }) });
  const filter = (changes: Partial<AuthorizationsSearch>) => {
    setSelected(nobody);
    change(changes);
  };
  const { id: openId, ...filters } = search;
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  const clear = () => void navigate({ search: keepWorkspace });

  return (
    <>
      <PageHead title={t('title')} lead={t('lead')}>
        <News {...news} isFixed={isFixed(search)} />
      </PageHead>
      <Stack>
        <Group justify="space-between" gap="xs">
          <Toolbar search={search} onChange={filter} />
          <CancelMany search={search} rows={rows} selected={selected} onCancel={setTarget} />
        </Group>
        <QueryView query={query} rows={8}>
          {() =>
            rows.length > 0 ? (
              <AuthorizationTable
                rows={rows}
                selected={selected}
                onSelect={setSelected}
                onOpen={(id) => change({ id })}
                onCancel={(id) => setTarget({ ids: [id] })}
              />
            ) : (
              <EmptyList
                isFiltered={isFiltered}
                onClear={clear}
                title={t('nothing.title')}
                lead={t('nothing.lead')}
                button={t('nothing.button')}
                command={asLatchkey(commands['credential.connect']({ id: 'notion' }), here())}
              />
            )
          }
        </QueryView>
        <LoadMore query={query} />
      </Stack>
      <Suspense>
        {openId !== undefined && <Details id={openId} onClose={() => change({ id: undefined })} />}
        {target !== null && (
          <CancelDialog
            target={target}
            onClose={() => {
              setTarget(null);
              setSelected(nobody);
            }}
          />
        )}
      </Suspense>
    </>
  );
}
