import { Group } from '@mantine/core';
import type { ServiceToken } from '@latchkey/api/answers.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { serviceTokensQuery } from '../../api/service-tokens-queries.ts';
import { commandItem } from '../../commands/command-item.ts';
import { asLatchkey } from '../../commands/command.ts';
import { commands } from '../../commands/commands.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { CommandMenu, here } from '../../ui/copy-as.tsx';
import { NothingYet } from '../../ui/empty-state.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { SearchedList } from '../../ui/searched-list.tsx';
import { TokenTable } from './token-table.tsx';
import type { TokenAction } from './row-actions.tsx';

const CreateDialog = lazy(async () => ({ default: (await import('./create-dialog.tsx')).CreateDialog }));
const TokenDialog = lazy(async () => ({ default: (await import('./token-dialog.tsx')).TokenDialog }));

interface Chosen {
  readonly action: TokenAction;
  readonly token: ServiceToken;
}

export function ServiceTokensPage() {
  const { t } = useTranslation('service-tokens');
  const tokens = useInfiniteQuery(serviceTokensQuery);
  const { q = '', create: creates = false } = useSearch({ from: '/service-tokens' });
  const navigate = useNavigate({ from: '/service-tokens' });
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const close = () => setChosen(null);
  const setCreates = (isOpen: boolean) =>
    void navigate({ search: (now) => ({ ...now, create: isOpen || undefined }), replace: true });
  const search = (value: string) =>
    void navigate({ search: (now) => ({ ...now, q: value || undefined }), replace: true });
  const create = (
    <ActionButton permission="service_token:manage" role="admin" onClick={() => setCreates(true)}>
      {t('create')}
    </ActionButton>
  );

  return (
    <>
      <PageHead title={t('title')} lead={t('lead')}>
        <Group gap={4} wrap="nowrap">
          {create}
          <CommandMenu items={[commandItem(t('create'), 'serviceToken.create')]} />
        </Group>
      </PageHead>
      <QueryView query={tokens}>
        {({ pages }) => {
          const all = pages.flatMap(({ items }) => items);
          if (all.length === 0)
            return (
              <NothingYet
                title={t('nothing.title')}
                lead={t('nothing.lead')}
                command={asLatchkey(commands['serviceToken.create'](), here())}
              >
                {create}
              </NothingYet>
            );
          return (
            <SearchedList
              query={tokens}
              all={all}
              textsOf={({ id, name, role, owner }) => [id, name, role, owner]}
              q={q}
              onSearch={search}
              label={t('search')}
            >
              {(shown) => (
                <TokenTable tokens={shown} onAct={(action, token) => setChosen({ action, token })} />
              )}
            </SearchedList>
          );
        }}
      </QueryView>
      <Suspense>
        {creates && <CreateDialog onClose={() => setCreates(false)} />}
        {chosen !== null && (
          <TokenDialog key={chosen.token.id} action={chosen.action} token={chosen.token} onClose={close} />
        )}
      </Suspense>
    </>
  );
}
