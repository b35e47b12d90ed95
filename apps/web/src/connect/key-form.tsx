import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type FieldProblem } from '../api/send.ts';
import { FieldText } from '../i18n/field-text.tsx';
import { FailureBox } from './failure-box.tsx';
import { Field } from './field.tsx';
import type { Failure, Going, Preparing } from './flow.ts';
import { Heading } from './heading.tsx';
import { KeyProgress, WaitActions } from './key-progress.tsx';
import { isOdd, toSend } from '../connect-flow/typed-key.ts';
import { emptyValues, findProblems, type Values } from './key-values.ts';
import type { KeyField } from './session.ts';
import { useEngine, useProvider } from './use-engine.ts';

/** These are about what was typed, so the field says so as well. */
const aboutTheKey = new Set(['key_rejected', 'key_out_of_credit']);

interface KeyFormProps {
  readonly flow: Preparing | Going;
  readonly fields: readonly KeyField[];
  readonly onDirty: (dirty: boolean) => void;
}

/** Stays the same form while a key is tried, so that what was typed outlives a failure. */
export function KeyForm({ flow, fields, onDirty }: KeyFormProps) {
  const { t } = useTranslation('connect');
  const { session, sendKey } = useEngine();
  const { label } = useProvider(flow.provider);
  const [values, setValues] = useState<Values>(() => emptyValues(fields));
  const [checked, setChecked] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const tried = useRef<Values | null>(null);
  const failureId = useId();
  const problems = checked ? findProblems(fields, values) : {};
  const failure = flow.at === 'preparing' ? flow.failure : null;
  const going = flow.at === 'going' ? flow : null;
  const firstSecret = fields.find(({ secret }) => secret)?.name;

  const focusWrong = () =>
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  useEffect(() => {
    if (failure !== null) focusWrong();
  }, [failure]);

  const submit = () => {
    setChecked(true);
    if (Object.keys(findProblems(fields, values)).length > 0) {
      focusWrong();
      return;
    }
    // A second click on the same key asks nothing new.
    if (going !== null && going.authorization?.error == null && tried.current === values) return;
    tried.current = values;
    void sendKey(toSend(values));
  };
  const errorOf = (name: string) => {
    const problem = problems[name];
    if (problem !== undefined) return t(`key.${problem}`);
    const refused = aboutField(failure, name);
    return refused === null ? null : <FieldText error={refused} />;
  };
  const { credential, workspaceName: workspace } = session;
  return (
    <form
      ref={form}
      noValidate
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Heading>{t('key.title', { provider: label })}</Heading>
      <p className="soft">
        {credential === null
          ? t('key.lead', { provider: label, workspace })
          : t('key.againLead', { name: credential.name })}
      </p>
      {failure !== null && (
        <FailureBox id={failureId} provider={flow.provider} failure={failure} onRetry={null} />
      )}
      {fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={values[field.name] ?? ''}
          error={errorOf(field.name)}
          errorId={
            failure?.kind === 'ended' && aboutTheKey.has(failure.code) && field.name === firstSecret
              ? failureId
              : null
          }
          hint={isOdd(field, values[field.name] ?? '') ? t('key.odd', { provider: label }) : null}
          onChange={(value) => {
            setValues({ ...values, [field.name]: value });
            onDirty(true);
          }}
        />
      ))}
      {going !== null && <KeyProgress going={going} />}
      <p className="row">
        <button type="submit" className="main">
          {t('key.submit')}
        </button>
        {going?.authorization?.error != null && <WaitActions />}
      </p>
    </form>
  );
}

/** What the server says about one field; null: nothing. */
function aboutField(failure: Failure | null, name: string): FieldProblem | null {
  return failure?.kind === 'refused' ? new ApiError(failure.problem).about(`fields.${name}`) : null;
}
