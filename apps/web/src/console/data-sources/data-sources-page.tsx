import { Stack, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { NothingMatches } from '../../ui/empty-state.tsx';
import { SearchIcon } from '../../ui/icons.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { keepWorkspace } from '../../ui/keep-workspace.ts';
import { FilterLine } from './filter-line.tsx';
import { ProviderCard } from './provider-card.tsx';
import { SomeoneBanner } from './someone-banner.tsx';
import { useShownProviders } from './use-shown-providers.ts';

/** Every provider with what is connected to it. */
export function DataSourcesPage() {
  const { t } = useTranslation('data-sources');
  const { q = '', show } = useSearch({ from: '/data-sources' });
  const navigate = useNavigate({ from: '/data-sources' });
  const shown = useShownProviders({ q, show });
  const search = (text: string) =>
    void navigate({ search: (before) => ({ ...before, q: text === '' ? undefined : text }), replace: true });
  const clear = () => void navigate({ search: keepWorkspace });
  return (
    <>
      <PageHead title={t('title')} lead={t('lead')}>
        <TextInput
          type="search"
          aria-label={t('search')}
          placeholder={t('search')}
          leftSection={<SearchIcon />}
          value={q}
          onChange={(event) => search(event.currentTarget.value)}
          data-page-search
          w={280}
        />
      </PageHead>
      <SomeoneBanner />
      {show !== undefined && <FilterLine show={show} onClear={clear} />}
      <QueryView query={shown}>
        {(items) =>
          items.length === 0 && !shown.isFetching && !shown.isError ? (
            <NothingMatches
              {...(show === undefined ? { text: t('noMatch', { search: q }) } : {})}
              onClear={clear}
            />
          ) : (
            <Stack>
              {items.map(({ provider, filters }) => (
                <ProviderCard key={provider.id} provider={provider} filters={filters} />
              ))}
            </Stack>
          )
        }
      </QueryView>
    </>
  );
}
