import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { baseUrl } from '../base-url.ts';
import { failureAdvice, type Advice } from '../connect-flow/failure-advice.ts';
import { ProblemText } from '../i18n/problem-text.tsx';
import { Copy } from './copy.tsx';
import { Details } from './details.tsx';
import type { Failure } from './flow.ts';
import type { connectTexts } from './texts.ts';
import { useEngine, useProvider } from './use-engine.ts';

type Known = keyof (typeof connectTexts)['failures'];
type Refused = keyof (typeof connectTexts)['connect']['refused'];

interface FailureBoxProps {
  readonly id: string;
  readonly provider: string;
  readonly failure: Failure;
  /** Null where the way to try again is beside it already. */
  readonly onRetry: (() => void) | null;
}

interface Told {
  readonly title: string;
  readonly text: ReactNode;
  readonly code: string;
  readonly actor: 'user' | 'admin' | 'nobody' | null;
  readonly advice: Advice;
}

function useFailureText(failure: Failure, label: string): Told {
  const { t, i18n } = useTranslation(['connect', 'failures']);
  const names = { provider: label };
  if (failure.kind === 'refused') {
    const { code } = failure.problem;
    const advice = code === 'oauth_client_missing' ? 'admin' : 'retry';
    const actor = advice === 'admin' ? 'admin' : null;
    if (!i18n.exists(`connect:refused.${code}`))
      return {
        title: t('failures:unknown.title'),
        text: <ProblemText problem={failure.problem} />,
        code,
        actor,
        advice,
      };
    const ours = code as Refused;
    return { title: t(`refused.${ours}.title`, names), text: t(`refused.${ours}.text`), code, actor, advice };
  }
  const { code } = failure;
  const known = (i18n.exists(`failures:${code}`) ? code : 'unknown') as Known;
  return {
    title: t(`failures:${known}.title`, names),
    text: t(`failures:${known}.text`, names),
    code,
    actor: failure.authorization.error?.actor ?? 'user',
    advice: failureAdvice[code] ?? 'retry',
  };
}

/** Why it did not work, who has to act, and the one thing to do next. */
export function FailureBox({ id, provider, failure, onRetry }: FailureBoxProps) {
  const { t } = useTranslation('connect');
  const { session } = useEngine();
  const { provider: definition, label } = useProvider(provider);
  const { title, text, code, actor, advice } = useFailureText(failure, label);
  const subject = failure.kind === 'ended' ? failure.authorization.id : failure.problem.requestId;
  return (
    <div className="failure" id={id} role="alert">
      <h2>{title}</h2>
      <p>{text}</p>
      {actor !== null && <p className="soft">{t(`actor.${actor}`)}</p>}
      {failure.kind === 'ended' ? (
        <Details code={code} authorizationId={subject} />
      ) : (
        <Details code={code} requestId={subject} />
      )}
      <Act
        advice={advice}
        label={label}
        settings={settingsOf(definition)}
        onRetry={onRetry}
        message={t('adminMessage', {
          provider: label,
          workspace: session.workspaceName,
          code,
          subject,
          about: `${baseUrl()}/docs/errors/${code}`,
        })}
      />
    </div>
  );
}

/** Where keys are found there is where the account is looked after. */
function settingsOf(definition: ReturnType<typeof useProvider>['provider']): string | null {
  for (const way of definition?.authMethods ?? [])
    if (way.type === 'api_key') for (const { helpUrl } of way.fields) if (helpUrl !== null) return helpUrl;
  return definition?.docsUrl ?? null;
}

interface ActProps {
  readonly advice: Advice;
  readonly label: string;
  readonly settings: string | null;
  readonly onRetry: (() => void) | null;
  readonly message: string;
}

function Act({ advice, label, settings, onRetry, message }: ActProps) {
  const { t } = useTranslation('connect');
  if (advice === 'admin')
    return (
      <Copy className="main" text={message} label={t('action.admin')} copiedLabel={t('action.copied')} />
    );
  if (advice === 'provider' && settings !== null)
    return (
      <a className="button main" href={settings} target="_blank" rel="noreferrer">
        {t('action.provider', { provider: label })} <span className="unseen">({t('newTab')})</span>
      </a>
    );
  if (onRetry === null) return null;
  return (
    <button type="button" className="main" onClick={onRetry}>
      {t(advice === 'account' ? 'action.account' : 'action.retry')}
    </button>
  );
}
