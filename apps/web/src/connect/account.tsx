import { useTranslation } from 'react-i18next';
import { isInAppBrowser, outsideAddress } from '../connect-flow/surroundings.ts';
import { Copy } from './copy.tsx';
import { FailureBox } from './failure-box.tsx';
import type { Preparing } from './flow.ts';
import { Heading } from './heading.tsx';
import { scopeTexts } from './scope-texts.ts';
import { useEngine, useProvider } from './use-engine.ts';

interface AccountProps {
  readonly flow: Preparing;
  readonly scopes: readonly string[];
  readonly available: boolean;
}

/** Who will get what, before anybody goes to the provider; after a failure what to do about it instead. */
export function Account({ flow, scopes, available }: AccountProps) {
  const { t } = useTranslation('connect');
  const { session, goToProvider } = useEngine();
  const { label: provider } = useProvider(flow.provider);
  const { credential, workspaceName: workspace, requestedBy } = session;
  return (
    <>
      <Heading>{t(credential === null ? 'account.title' : 'account.again', { provider })}</Heading>
      {flow.failure !== null && (
        <FailureBox id="failure" provider={flow.provider} failure={flow.failure} onRetry={goToProvider} />
      )}
      {flow.failure === null && !available && (
        <div className="failure" role="alert">
          <h2>{t('account.unavailable', { provider })}</h2>
          <p>{t('account.unavailableText', { provider })}</p>
        </div>
      )}
      {flow.failure === null && available && (
        <>
          <p>{t('account.lead', { provider, workspace, requestedBy })}</p>
          {credential !== null && (
            <p>{t('account.againLead', { name: credential.accountName ?? credential.name })}</p>
          )}
          <Scopes scopes={scopes} provider={provider} />
          <InApp provider={provider} />
          <p>
            <button type="button" className="main" onClick={goToProvider}>
              {t('account.go', { provider })}
            </button>
          </p>
        </>
      )}
    </>
  );
}

/** Permissions in words; what we have no words for as the provider calls it. */
function Scopes({ scopes, provider }: { readonly scopes: readonly string[]; readonly provider: string }) {
  const { t } = useTranslation('connect');
  if (scopes.length === 0) return <p className="soft">{t('account.noScopes', { provider })}</p>;
  const words = scopes.map((scope) => {
    const text = scopeTexts[scope];
    return text === undefined ? scope : t(`scope.${text}`);
  });
  return (
    <>
      <p>{t('account.asks')}</p>
      <ul>
        {[...new Set(words)].map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </>
  );
}

/** Inside another app some providers let nobody sign in: the way out comes first. */
function InApp({ provider }: { readonly provider: string }) {
  const { t } = useTranslation('connect');
  const { userAgent } = navigator;
  if (!isInAppBrowser(userAgent)) return null;
  const { href } = window.location;
  return (
    <div className="notice">
      <h2>{t('inApp.title')}</h2>
      <p>{t('inApp.text', { provider })}</p>
      <p className="row">
        <a className="button" href={outsideAddress(userAgent, href)} target="_blank" rel="noreferrer">
          {t('inApp.open')}
        </a>
        <Copy text={href} label={t('inApp.copy')} copiedLabel={t('inApp.copied')} />
      </p>
    </div>
  );
}
