import { useTranslation } from 'react-i18next';
import type { Going } from './flow.ts';
import { Heading } from './heading.tsx';
import { useEngine, useProvider } from './use-engine.ts';

/** While the person is at the provider. */
export function VisitView({ flow }: { readonly flow: Going }) {
  const { t } = useTranslation('connect');
  const { goToProvider, giveUp } = useEngine();
  const { label: provider } = useProvider(flow.provider);
  const { authorization, visit } = flow;
  const finishing = authorization !== null && authorization.status !== 'awaiting_consent';
  if (finishing)
    return (
      <>
        <Heading>{t('going.title', { provider })}</Heading>
        <p className="busy">{t('going.finishing', { provider })}</p>
      </>
    );
  if (visit === 'blocked') return <Blocked provider={flow.provider} />;
  return (
    <>
      <Heading>{t('going.title', { provider })}</Heading>
      <p role="status">
        {t(visit === 'closed' ? 'going.closed' : visit === 'tab' ? 'going.tab' : 'going.window', {
          provider,
        })}
      </p>
      <p className="row">
        {visit !== 'tab' && (
          <button type="button" className="main" onClick={goToProvider}>
            {t(visit === 'closed' ? 'going.again' : 'going.show')}
          </button>
        )}
        <button type="button" onClick={() => void giveUp()}>
          {t('cancel')}
        </button>
      </p>
    </>
  );
}

/** The browser opened no window. A frame cannot go to the provider itself, so its whole tab does. */
function Blocked({ provider }: { readonly provider: string }) {
  const { t } = useTranslation('connect');
  const { goInTab, giveUp, addressFor } = useEngine();
  const framed = window.parent !== window;
  const address = addressFor(provider);
  return (
    <>
      <Heading>{t('blocked.title')}</Heading>
      <p role="alert">{t('blocked.text')}</p>
      <p className="row">
        {framed ? (
          <a className="button main" href={address} target="_top">
            {t('blocked.here')}
          </a>
        ) : (
          <button type="button" className="main" onClick={() => void goInTab()}>
            {t('blocked.here')}
          </button>
        )}
        <a className="button" href={address} target="_blank" rel="noreferrer">
          {t('blocked.newTab')}
        </a>
        <button type="button" onClick={() => void giveUp()}>
          {t('cancel')}
        </button>
      </p>
    </>
  );
}
