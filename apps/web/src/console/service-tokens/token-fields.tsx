import { Checkbox, Select, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { expiries, type TokenValues } from './token-values.ts';

const roles = ['runner', 'viewer', 'editor', 'admin'] as const;

interface TokenFieldsProps {
  readonly form: UseFormReturnType<TokenValues>;
  /** Role and owner are chosen once. */
  readonly isNew: boolean;
}

export function TokenFields({ form, isNew }: TokenFieldsProps) {
  const { t } = useTranslation(['service-tokens', 'common']);
  const { expiry, role } = form.values;
  const choices = form.getInitialValues().expiry === 'keep' ? (['keep', ...expiries] as const) : expiries;
  return (
    <>
      <TextInput
        label={t('field.name')}
        description={t('field.nameHint')}
        required
        data-autofocus
        {...form.getInputProps('name')}
      />
      {isNew && (
        <Select
          label={t('field.role')}
          description={t(`roleHint.${role}`)}
          data={roles.map((value) => ({ value, label: t(`common:role.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps('role')}
        />
      )}
      <Select
        label={t('field.expires')}
        data={choices.map((value) => ({ value, label: t(`expiry.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps('expiry')}
      />
      {expiry === 'custom' && (
        <TextInput type="datetime-local" label={t('field.at')} required {...form.getInputProps('at')} />
      )}
      <Textarea
        label={t('field.networks')}
        description={t('field.networksHint')}
        autosize
        minRows={2}
        spellCheck={false}
        {...form.getInputProps('networks')}
      />
      {isNew && (
        <Checkbox
          label={t('field.personal')}
          description={t('field.personalHint')}
          {...form.getInputProps('personal', { type: 'checkbox' })}
        />
      )}
    </>
  );
}
