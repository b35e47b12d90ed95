import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { rootKeysQuery } from '../../api/keys-queries.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { DataKeys } from './data-keys.tsx';
import { KeyJobs } from './key-jobs.tsx';
import { ProcessTable } from './process-table.tsx';
import { RootKeyTable } from './root-key-table.tsx';
import type { Chosen } from './chosen.ts';

const KeyDialog = lazy(async () => ({ default: (await import('./key-dialog.tsx')).KeyDialog }));

export function KeysPage() {
  const { t } = useTranslation('keys');
  const keys = useQuery(rootKeysQuery);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  return (
    <>
      <PageHead title={t('title')} lead={t('lead')} />
      <QueryView query={keys}>
        {(list) => (
          <>
            <RootKeyTable list={list} onAct={setChosen} />
            <DataKeys list={list} />
            <KeyJobs onAct={setChosen} />
            <ProcessTable processes={list.processes} />
          </>
        )}
      </QueryView>
      <Suspense>{chosen !== null && <KeyDialog chosen={chosen} onClose={() => setChosen(null)} />}</Suspense>
    </>
  );
}
