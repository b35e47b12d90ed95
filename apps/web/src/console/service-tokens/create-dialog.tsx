import { Button, Group, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createServiceToken } from '../../api/service-tokens.ts';
import { ErrorBox } from '../../ui/error-box.tsx';
import { ShownOnce, type Shown } from './shown-once.tsx';
import { TokenFields } from './token-fields.tsx';
import { emptyToken, expiryTime, networksOf, type TokenValues } from './token-values.ts';
import { useTokenForm } from './use-token-form.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useReturnFocus } from '../../ui/use-return-focus.ts';

export function CreateDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation(['service-tokens', 'common']);
  const { form, refused } = useTokenForm(emptyToken);
  const queries = useQueryClient();
  useReturnFocus();
  const [shown, setShown] = useState<Shown | null>(null);
  const create = useMutation({
    // The value goes to the dialog and nowhere else: what a mutation returns is kept for a while.
    mutationFn: async (values: TokenValues) => {
      const { name, token } = await createServiceToken({
        name: values.name.trim(),
        role: values.role,
        expiresAt: expiryTime(values, Date.now()) ?? null,
        allowedAddresses: networksOf(values.networks),
        personal: values.personal,
      });
      setShown({ name, value: token });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['service-tokens'] }),
    onError: refused,
  });
  if (shown !== null) return <ShownOnce shown={shown} onStored={onClose} />;
  return (
    <FormDialog isDirty={() => form.isDirty()} onClose={onClose} title={t('createDialog.title')}>
      <form noValidate onSubmit={form.onSubmit((values) => create.mutate(values))}>
        <Stack>
          <TokenFields form={form} isNew />
          {create.error !== null && <ErrorBox error={create.error} title={t('common:error.action')} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:cancel')}
            </Button>
            <Button type="submit" loading={create.isPending}>
              {t('createDialog.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </FormDialog>
  );
}
