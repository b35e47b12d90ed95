import { Button, Group, Stack } from '@mantine/core';
import type { ServiceToken } from '@latchkey/api/answers.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { updateServiceToken } from '../../api/service-tokens.ts';
import { ErrorBox } from '../../ui/error-box.tsx';
import { TokenFields } from './token-fields.tsx';
import { expiryTime, networksOf, valuesOf, type TokenValues } from './token-values.ts';
import { useTokenForm } from './use-token-form.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useReturnFocus } from '../../ui/use-return-focus.ts';

interface EditDialogProps {
  readonly token: ServiceToken;
  readonly onClose: () => void;
}

export function EditDialog({ token, onClose }: EditDialogProps) {
  const { t } = useTranslation(['service-tokens', 'common']);
  const { form, refused } = useTokenForm(valuesOf(token));
  const queries = useQueryClient();
  useReturnFocus();
  const save = useMutation({
    mutationFn: (values: TokenValues) => {
      const end = expiryTime(values, Date.now());
      return updateServiceToken(token.id, {
        name: values.name.trim(),
        allowedAddresses: networksOf(values.networks),
        ...(end === undefined ? {} : { expiresAt: end }),
      });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['service-tokens'] });
      onClose();
    },
    onError: refused,
  });
  return (
    <FormDialog
      isDirty={() => form.isDirty()}
      onClose={onClose}
      title={t('editDialog.title', { name: token.name })}
    >
      <form noValidate onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          <TokenFields form={form} isNew={false} />
          {save.error !== null && <ErrorBox error={save.error} title={t('common:error.action')} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('common:save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </FormDialog>
  );
}
