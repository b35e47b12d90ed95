import { Alert } from '@mantine/core';
import type { SignedIn } from '@latchkey/api/answers.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionsQuery } from '../../api/sessions-queries.ts';
import { useSession } from '../../session/session-context.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { SearchedList } from '../../ui/searched-list.tsx';
import { SessionTable } from './session-table.tsx';

const EndDialog = lazy(async () => ({ default: (await import('./end-dialog.tsx')).EndDialog }));

interface Chosen {
  readonly what: 'one' | 'all';
  readonly session: SignedIn;
}

export function PeoplePage() {
  const { t } = useTranslation(['people', 'common']);
  const { role } = useSession();
  const sessions = useInfiniteQuery(sessionsQuery);
  const { q = '' } = useSearch({ from: '/people' });
  const navigate = useNavigate({ from: '/people' });
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [result, setResult] = useState<string | null>(null);
  const search = (value: string) =>
    void navigate({ search: (now) => ({ ...now, q: value || undefined }), replace: true });
  const act = (what: Chosen['what']) => (session: SignedIn) => setChosen({ what, session });

  return (
    <>
      <PageHead title={t('title')} lead={role === 'admin' ? t('lead') : t('leadOwn')} />
      {result !== null && (
        <Alert
          mb="md"
          color="green"
          role="status"
          withCloseButton
          closeButtonLabel={t('common:close')}
          onClose={() => setResult(null)}
        >
          {result}
        </Alert>
      )}
      <QueryView query={sessions}>
        {({ pages }) => {
          const all = pages.flatMap(({ items }) => items);
          return (
            <>
              <SearchedList
                query={sessions}
                all={all}
                textsOf={({ subject, role: has, clientAddress, userAgent }) => [
                  subject,
                  has,
                  clientAddress,
                  userAgent,
                ]}
                q={q}
                onSearch={search}
                label={t('search')}
              >
                {(shown) => <SessionTable sessions={shown} onEnd={act('one')} onEndAll={act('all')} />}
              </SearchedList>
              <Suspense>
                {chosen !== null && (
                  <EndDialog
                    {...chosen}
                    count={all.filter(({ subject }) => subject === chosen.session.subject).length}
                    onEnded={(ended) =>
                      setResult(t('ended', { count: ended, person: chosen.session.subject }))
                    }
                    onClose={() => setChosen(null)}
                  />
                )}
              </Suspense>
            </>
          );
        }}
      </QueryView>
    </>
  );
}
