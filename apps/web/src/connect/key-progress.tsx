import { useTranslation } from 'react-i18next';
import { useNow } from '../ui/use-now.ts';
import { FailureBox } from './failure-box.tsx';
import type { Going } from './flow.ts';
import { useEngine, useProvider } from './use-engine.ts';

/** How a key is being tried: asked now, or between two tries after a failure that may pass. */
export function KeyProgress({ going: { provider, authorization } }: { readonly going: Going }) {
  const { t } = useTranslation('connect');
  const { label } = useProvider(provider);
  const error = authorization?.error ?? null;
  if (authorization === null || error === null)
    return (
      <p role="status" className="busy">
        {t('going.checking', { provider: label })}
      </p>
    );
  return (
    <>
      <FailureBox
        id={`waiting-${authorization.id}`}
        provider={provider}
        failure={{ kind: 'ended', authorization, code: error.code }}
        onRetry={null}
      />
      <NextTry at={authorization.nextAttemptAt} />
    </>
  );
}

/** What else can be done while Latchkey waits for the next try. */
export function WaitActions() {
  const { t } = useTranslation('connect');
  const { finish, giveUp } = useEngine();
  return (
    <>
      <button type="button" onClick={() => void finish(true)}>
        {t('going.leave')}
      </button>
      <button type="button" onClick={() => void giveUp()}>
        {t('cancel')}
      </button>
    </>
  );
}

function NextTry({ at }: { readonly at: string | null }) {
  const { t } = useTranslation('connect');
  const now = useNow();
  const seconds = at === null ? 0 : Math.ceil((Date.parse(at) - now) / 1000);
  return <p className="soft">{seconds > 0 ? t('going.nextTry', { seconds }) : t('going.nextTryNow')}</p>;
}
