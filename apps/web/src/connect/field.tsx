import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { KeyField } from './session.ts';

interface FieldProps {
  readonly field: KeyField;
  readonly value: string;
  /** What is wrong with it; null: nothing that is known. */
  readonly error: ReactNode;
  /** Id of another element that says what is wrong. */
  readonly errorId: string | null;
  readonly hint: string | null;
  readonly onChange: (value: string) => void;
}

/** One input of a key form, as the provider's definition describes it. */
export function Field({ field, value, error, errorId, hint, onChange }: FieldProps) {
  const { t } = useTranslation('connect');
  const [shown, setShown] = useState(false);
  const id = useId();
  const { name, label, secret, required, helpUrl } = field;
  const notes = [error !== null && `${id}-error`, errorId, hint !== null && `${id}-hint`].filter(Boolean);
  return (
    <div className="field">
      <label htmlFor={id}>
        {label} {!required && <span className="soft">({t('key.optional')})</span>}
      </label>
      <div className="row">
        <input
          id={id}
          name={name}
          type={secret && !shown ? 'password' : 'text'}
          inputMode={field.kind === 'url' ? 'url' : undefined}
          value={value}
          placeholder={field.default ?? undefined}
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          data-1p-ignore=""
          data-lpignore="true"
          aria-required={required}
          aria-invalid={error !== null || errorId !== null}
          aria-describedby={notes.length === 0 ? undefined : notes.join(' ')}
          onChange={(event) => onChange(event.target.value)}
          onPaste={(event) => {
            // A key is copied with the blanks around it; the field shows what is sent.
            if (value !== '') return;
            event.preventDefault();
            onChange(event.clipboardData.getData('text').trim());
          }}
        />
        {secret && (
          <button
            type="button"
            aria-label={t(shown ? 'key.hideField' : 'key.showField', { field: label })}
            onClick={() => setShown(!shown)}
          >
            {t(shown ? 'key.hide' : 'key.show')}
          </button>
        )}
      </div>
      {error !== null && (
        <p className="wrong" id={`${id}-error`}>
          {error}
        </p>
      )}
      {hint !== null && (
        <p className="soft" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {helpUrl !== null && (
        <a href={helpUrl} target="_blank" rel="noreferrer">
          {t('key.where')}{' '}
          <span className="unseen">
            ({label}, {t('newTab')})
          </span>
        </a>
      )}
    </div>
  );
}
