import type { Credential } from '@latchkey/api/answers.ts';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { updateCredential } from '../../api/credentials.ts';
import { providersQuery } from '../../api/queries.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { KeyFields } from '../../ui/key-fields.tsx';
import {
  emptyKeyForm,
  enteredFields,
  keyFieldsOf,
  type ApiKeyField,
  type KeyFormValues,
} from '../../ui/key-form.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { refusedFields } from '../../ui/refused-fields.tsx';
import { ActionResult } from './action-result.tsx';
import { credentialChanged } from './credential-changed.ts';
import { useAction } from './use-action.ts';

interface EditKeyDialogProps {
  readonly credential: Credential;
  readonly onClose: () => void;
}

export function EditKeyDialog({ credential, onClose }: EditKeyDialogProps) {
  const { t } = useTranslation('credential');
  const providers = useQuery(providersQuery);
  if (providers.data === undefined)
    return (
      <FormDialog title={t('editKey.title', { name: credential.name })} onClose={onClose}>
        <QueryView query={providers} rows={2}>
          {() => null}
        </QueryView>
      </FormDialog>
    );
  const fields = keyFieldsOf(providers.data.find(({ id }) => id === credential.provider));
  return <EditKeyForm credential={credential} fields={fields} onClose={onClose} />;
}

interface EditKeyFormProps extends EditKeyDialogProps {
  readonly fields: readonly ApiKeyField[];
}

/** New values for a key. What is stored is never shown, and what is typed stays when it was refused. */
function EditKeyForm({ credential, fields, onClose }: EditKeyFormProps) {
  const { t } = useTranslation(['credential', 'common']);
  const client = useQueryClient();
  const action = useAction();
  const [isEmpty, setEmpty] = useState(false);
  const form = useForm<KeyFormValues>({ mode: 'uncontrolled', initialValues: emptyKeyForm(fields) });
  const isDone = action.authorization?.status === 'succeeded';
  const isAtField = Object.keys(refusedFields(action.error)).length > 0;

  const save = async (values: KeyFormValues) => {
    const entered = enteredFields(values);
    const hasNothing = Object.keys(entered).length === 0;
    setEmpty(hasNothing);
    if (hasNothing) return;
    await action.run('editKey', async () => {
      try {
        const answer = await updateCredential(credential.id, { fields: entered });
        void credentialChanged(client, credential);
        return 'authorization' in answer ? answer.authorization : null;
      } catch (error) {
        form.setErrors(refusedFields(error));
        throw error;
      }
    });
  };
  return (
    <FormDialog
      title={t('editKey.title', { name: credential.name })}
      isDirty={() => !isDone && Object.keys(enteredFields(form.getValues())).length > 0}
      onClose={onClose}
    >
      <form noValidate autoComplete="off" onSubmit={form.onSubmit((values) => void save(values))}>
        <Stack>
          <KeyFields fields={fields} form={form} keep />
          {isEmpty && (
            <Text size="sm" c="var(--mantine-color-error)" role="alert">
              {t('editKey.nothing')}
            </Text>
          )}
          {!isAtField && <ActionResult action={action} stays />}
          <Group justify="flex-end">
            {isDone ? (
              <Button onClick={onClose}>{t('common:close')}</Button>
            ) : (
              <Button type="submit" loading={action.isBusy}>
                {t('common:save')}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </FormDialog>
  );
}
