import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { methodOf } from './flow.ts';
import { Heading } from './heading.tsx';
import { useEngine } from './use-engine.ts';

/** So many are looked through at a glance. */
const fewProviders = 6;

export function ChooseProvider() {
  const { t } = useTranslation('connect');
  const { session, choose } = useEngine();
  const { providers, workspaceName: workspace, requestedBy } = session;
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const found = providers.filter(({ label }) => label.toLowerCase().includes(wanted));
  return (
    <>
      <Heading>{t('choose.title')}</Heading>
      <p className="soft">{t('choose.lead', { workspace, requestedBy })}</p>
      {providers.length > fewProviders && (
        <label className="field">
          {t('choose.search')}
          <input type="search" value={search} onChange={(event) => setSearch(event.target.value)} />
        </label>
      )}
      <ul className="providers">
        {found.map((provider) => (
          <li key={provider.id}>
            <button type="button" onClick={() => choose(provider.id, methodOf(provider, session))}>
              {provider.label}
            </button>
          </li>
        ))}
      </ul>
      <p role="status" className="soft">
        {providers.length === 0 && t('choose.none')}
        {providers.length > 0 && found.length === 0 && t('choose.noMatch', { search: search.trim() })}
      </p>
    </>
  );
}
