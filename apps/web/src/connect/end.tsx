import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connected } from './flow.ts';
import { Heading } from './heading.tsx';
import { useEngine, useProvider } from './use-engine.ts';

/** Long enough to be read, short enough not to be waited for. */
const readMs = 1500;

/** The end that everybody wants. In redirect mode it leads back by itself. */
export function ConnectedView({ flow }: { readonly flow: Connected }) {
  const { t } = useTranslation('connect');
  const { session, finish } = useEngine();
  const { label: provider } = useProvider(flow.provider);
  const [done, setDone] = useState(false);
  const returns = session.mode === 'redirect';
  useEffect(() => {
    if (!returns) return;
    const timer = setTimeout(() => void finish(), readMs);
    return () => clearTimeout(timer);
  }, [returns, finish]);
  return (
    <>
      <Heading>
        <span className="good" aria-hidden="true">
          ✓
        </span>{' '}
        {t('connected.title', { provider })}
      </Heading>
      {flow.accountName !== null && <p>{t('connected.account', { account: flow.accountName })}</p>}
      <p className="soft">{t('connected.text', { workspace: session.workspaceName })}</p>
      <p role="status">{done && !returns && t('connected.canClose')}</p>
      {returns && <p className="soft">{t('connected.returning')}</p>}
      <p>
        <button type="button" className="main" onClick={() => void finish().then(() => setDone(true))}>
          {t(returns ? 'connected.return' : 'connected.done')}
        </button>
      </p>
    </>
  );
}

export function OverView({ why }: { readonly why: 'closed' | 'expired' }) {
  const { t } = useTranslation('connect');
  return (
    <>
      <Heading>{t(`over.${why}`)}</Heading>
      <p>{t('over.text')}</p>
      <p className="soft">{t('over.canClose')}</p>
    </>
  );
}
