import { Anchor, PasswordInput, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useState, type ClipboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { isOdd } from '../connect-flow/typed-key.ts';
import type { ApiKeyField, KeyFormValues } from './key-form.ts';

interface KeyFieldsProps {
  readonly fields: readonly ApiKeyField[];
  readonly form: UseFormReturnType<KeyFormValues>;
  /** There are values already, which are never shown: an input that stays empty keeps its own. */
  readonly keep?: boolean;
}

/** The inputs of a provider's key, drawn from what the catalogue says about them. */
export function KeyFields({ fields, form, keep = false }: KeyFieldsProps) {
  return fields.map((field) => <KeyField key={field.name} field={field} form={form} keep={keep} />);
}

interface KeyFieldProps {
  readonly field: ApiKeyField;
  readonly form: UseFormReturnType<KeyFormValues>;
  readonly keep: boolean;
}

function KeyField({ field, form, keep }: KeyFieldProps) {
  const { t } = useTranslation();
  const [hasRemark, setHasRemark] = useState(false);
  const path = `fields.${field.name}` as const;
  const isRequired = field.required && !keep && field.default === null;
  const { onBlur, ...input } = form.getInputProps(path);
  const props = {
    label: field.label,
    withAsterisk: isRequired,
    // `required` alone would have the browser stop the form, with a message of its own about the first input only.
    'aria-required': isRequired,
    description: (
      <>
        {keep && <>{t('keyFields.keep')} </>}
        {hasRemark && <>{t('keyFields.odd', { field: field.label })} </>}
        {field.helpUrl !== null && (
          <Anchor inherit href={field.helpUrl} target="_blank" rel="noreferrer">
            {t('keyFields.where')}
          </Anchor>
        )}
      </>
    ),
    placeholder: field.default ?? undefined,
    autoComplete: 'off',
    autoCapitalize: 'none',
    autoCorrect: 'off',
    spellCheck: false,
    inputMode: field.kind === 'url' ? ('url' as const) : undefined,
    onPaste: pasteTrimmed,
    ...input,
    onBlur: (event: { currentTarget: HTMLInputElement }) => {
      setHasRemark(isOdd(field, event.currentTarget.value));
      onBlur?.(event);
    },
  };
  if (!field.secret) return <TextInput {...props} key={form.key(path)} />;
  return (
    <PasswordInput
      {...props}
      key={form.key(path)}
      visibilityToggleFocusable
      visibilityToggleButtonProps={{ 'aria-label': t('keyFields.reveal', { field: field.label }) }}
    />
  );
}

/** What comes from a page or a mail often has a space or the end of a line with it. */
function pasteTrimmed(event: ClipboardEvent<HTMLInputElement>): void {
  const pasted = event.clipboardData.getData('text');
  const trimmed = pasted.trim();
  if (trimmed === pasted) return;
  event.preventDefault();
  const input = event.currentTarget;
  input.setRangeText(trimmed, input.selectionStart ?? 0, input.selectionEnd ?? input.value.length, 'end');
  input.dispatchEvent(new Event('input', { bubbles: true }));
}
