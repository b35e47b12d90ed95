import type { Credential } from '@latchkey/api/answers.ts';
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { updateCredential } from '../../api/credentials.ts';
import { ErrorBox } from '../../ui/error-box.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { refusedFields } from '../../ui/refused-fields.tsx';
import { credentialChanged } from './credential-changed.ts';

interface RenameDialogProps {
  readonly credential: Credential;
  readonly onClose: () => void;
}

export function RenameDialog({ credential, onClose }: RenameDialogProps) {
  const { t } = useTranslation(['credential', 'common']);
  const client = useQueryClient();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: credential.name },
    validate: { name: (name) => (name.trim() === '' ? t('common:keyFields.missing') : null) },
  });
  const rename = useMutation({
    mutationFn: ({ name }: { name: string }) => updateCredential(credential.id, { name: name.trim() }),
    onSuccess: () => {
      void credentialChanged(client, credential);
      onClose();
    },
    onError: (error) => form.setErrors(refusedFields(error)),
  });
  const isElsewhere = rename.error !== null && Object.keys(refusedFields(rename.error)).length === 0;
  return (
    <FormDialog title={t('rename.title', { name: credential.name })} isDirty={form.isDirty} onClose={onClose}>
      <form noValidate onSubmit={form.onSubmit((values) => rename.mutate(values))}>
        <Stack>
          <TextInput
            label={t('rename.name')}
            maxLength={100}
            autoComplete="off"
            data-autofocus
            key={form.key('name')}
            {...form.getInputProps('name')}
          />
          {isElsewhere && <ErrorBox error={rename.error} title={t('common:error.action')} />}
          <Group justify="flex-end">
            <Button type="submit" loading={rename.isPending}>
              {t('common:save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </FormDialog>
  );
}
