import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Account } from './account.tsx';
import { ChooseProvider } from './choose-provider.tsx';
import { ConnectedView, OverView } from './end.tsx';
import type { Engine } from './engine.ts';
import type { Flow, Going, Preparing } from './flow.ts';
import { KeyForm } from './key-form.tsx';
import { LeaveDialog } from './leave-dialog.tsx';
import type { Way } from './session.ts';
import { EngineContext, useEngine, useFlow, useProvider } from './use-engine.ts';
import { VisitView } from './visit.tsx';

export function ConnectPage({ engine }: { readonly engine: Engine }) {
  return (
    <EngineContext value={engine}>
      <Card />
    </EngineContext>
  );
}

function Card() {
  const { t } = useTranslation('connect');
  const { session, finish } = useEngine();
  const flow = useFlow();
  const [dirty, setDirty] = useState(false);
  const [asks, setAsks] = useState(false);
  const ended = flow.at === 'connected' || flow.at === 'over';
  const unfinished = flow.at === 'going' || (dirty && flow.at === 'preparing');
  const close = () => {
    if (unfinished) setAsks(true);
    else void finish();
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || asks || flow.at === 'over') return;
      event.preventDefault();
      close();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
  return (
    <main className="card">
      <div className="row head">
        <p className="brand">{t('brand', { workspace: session.workspaceName })}</p>
        {!ended && (
          <button type="button" className="plain" onClick={close}>
            {t('close')}
          </button>
        )}
      </div>
      <View flow={flow} onDirty={setDirty} />
      {asks && !ended && (
        <LeaveDialog
          onStay={() => setAsks(false)}
          onLeave={() => {
            setAsks(false);
            void finish();
          }}
        />
      )}
    </main>
  );
}

interface ViewProps {
  readonly flow: Flow;
  readonly onDirty: (dirty: boolean) => void;
}

function View({ flow, onDirty }: ViewProps) {
  if (flow.at === 'choosing') return <ChooseProvider />;
  if (flow.at === 'connected') return <ConnectedView flow={flow} />;
  if (flow.at === 'over') return <OverView why={flow.why} />;
  return <ProviderView key={`${flow.provider} ${flow.method}`} flow={flow} onDirty={onDirty} />;
}

function ProviderView({ flow, onDirty }: { readonly flow: Preparing | Going } & Omit<ViewProps, 'flow'>) {
  const { provider } = useProvider(flow.provider);
  const way = provider?.authMethods.find(({ type }) => type === flow.method);
  return (
    <>
      {way?.type === 'api_key' && <KeyForm flow={flow} fields={way.fields} onDirty={onDirty} />}
      {way?.type === 'oauth2' && flow.at === 'preparing' && <Account flow={flow} {...way} />}
      {way?.type === 'oauth2' && flow.at === 'going' && <VisitView flow={flow} />}
      {flow.at === 'preparing' && <OtherWays flow={flow} ways={provider?.authMethods ?? []} />}
    </>
  );
}

/** The other method of the same provider, and the other providers. */
function OtherWays({ flow, ways }: { readonly flow: Preparing; readonly ways: readonly Way[] }) {
  const { t } = useTranslation('connect');
  const { session, choose, back } = useEngine();
  const { label } = useProvider(flow.provider);
  const other = ways.find((way) => way.type !== flow.method && (way.type === 'api_key' || way.available));
  const offersOther = other !== undefined && session.credential === null;
  if (!offersOther && session.providers.length < 2) return null;
  return (
    <p className="row">
      {offersOther && (
        <button type="button" className="plain" onClick={() => choose(flow.provider, other.type)}>
          {other.type === 'api_key' ? t('account.useKey') : t('key.useAccount', { provider: label })}
        </button>
      )}
      {session.providers.length > 1 && (
        <button type="button" className="plain" onClick={back}>
          {t('back')}
        </button>
      )}
    </p>
  );
}
