import type { Provider } from '@latchkey/api/answers.ts';
import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { ErrorBox } from '../../ui/error-box.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { KeyFields } from '../../ui/key-fields.tsx';
import { emptyKeyForm, keyFieldsOf, missingFields, type KeyFormValues } from '../../ui/key-form.ts';
import { useFailureText } from '../../ui/use-failure-text.tsx';
import { refusedFields } from '../../ui/refused-fields.tsx';
import { useAddKey, type CheckedKey } from './use-add-key.ts';

interface AddKeyDialogProps {
  readonly provider: Provider;
  readonly onClose: () => void;
}

/** Takes a key, follows its check, and goes away when the key works. What was typed stays when it does not. */
export function AddKeyDialog({ provider, onClose }: AddKeyDialogProps) {
  const { t } = useTranslation(['data-sources', 'common']);
  const fields = keyFieldsOf(provider);
  const form = useForm<KeyFormValues>({
    mode: 'uncontrolled',
    initialValues: emptyKeyForm(fields),
    validate: (values) => missingFields(fields, values, t('common:required')),
  });
  const adding = useAddKey(provider);
  const submit = async (values: KeyFormValues) => {
    try {
      const { authorization } = await adding.mutateAsync(values);
      if (authorization.status === 'succeeded') onClose();
    } catch (error) {
      form.setErrors(refusedFields(error));
    }
  };
  const refusedHere = Object.keys(refusedFields(adding.error)).length > 0;
  return (
    <FormDialog
      onClose={onClose}
      isDirty={() => form.isDirty() && !adding.isPending}
      title={t('addKey.title', { provider: provider.label })}
    >
      <form onSubmit={form.onSubmit((values) => void submit(values))} noValidate>
        <Stack>
          <KeyFields fields={fields} form={form} />
          <TextInput
            label={t('addKey.name')}
            description={t('addKey.nameHint')}
            maxLength={100}
            autoComplete="off"
            key={form.key('name')}
            {...form.getInputProps('name')}
          />
          {adding.error !== null && !refusedHere && (
            <ErrorBox error={adding.error} title={t('common:error.action')} />
          )}
          {adding.data !== undefined && !adding.isPending && (
            <NotWorking checked={adding.data} provider={provider.label} />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:cancel')}
            </Button>
            <Button type="submit" loading={adding.isPending}>
              {t('addKey.submit')}
            </Button>
          </Group>
          <span role="status" className="visually-hidden">
            {adding.isPending ? t('addKey.checkingNow') : ''}
          </span>
        </Stack>
      </form>
    </FormDialog>
  );
}

interface NotWorkingProps {
  readonly checked: CheckedKey;
  readonly provider: string;
}

/** A rejected key is to be mended here; a provider that is away is not the key's fault, and it is tried again. */
function NotWorking({ checked: { authorization }, provider }: NotWorkingProps) {
  const { t } = useTranslation(['data-sources', 'common']);
  const failureText = useFailureText();
  if (authorization.status === 'succeeded' || authorization.error === null) return null;
  const { code, actor, retryable } = authorization.error;
  return (
    <Alert color={retryable ? 'yellow' : 'red'} role="alert" data-code={code}>
      {failureText(authorization.error, provider)} {t(`common:actor.${actor}`)}
      {authorization.nextAttemptAt !== null && ` ${t('addKey.again')}`}
    </Alert>
  );
}
