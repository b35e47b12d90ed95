import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ErrorBox } from '../../ui/error-box.tsx';
import { cancelTarget, countTarget, type CancelTarget } from './cancel-all.ts';

interface CancelDialogProps {
  readonly target: CancelTarget;
  readonly onClose: () => void;
}

/** How many before, and what became of them after. */
export function CancelDialog({ target, onClose }: CancelDialogProps) {
  const { t } = useTranslation(['authorizations', 'common']);
  const client = useQueryClient();
  const count = useQuery({
    queryKey: ['cancel-count', target],
    queryFn: () => countTarget(target),
    gcTime: 0,
    staleTime: 'static',
  });
  const cancel = useMutation({
    mutationFn: () => cancelTarget(target),
    onSettled: () => client.invalidateQueries({ queryKey: ['authorizations'] }),
  });
  const number = count.data ?? 0;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('cancel.title')}
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      <Stack>
        {cancel.data === undefined ? (
          <>
            {count.isError && <ErrorBox error={count.error} onRetry={() => void count.refetch()} />}
            <Text role="status">
              {count.isPending ? t('cancel.counting') : t('cancel.ask', { count: number })}
            </Text>
            <Text size="sm" c="dimmed">
              {t('cancel.lead')}
            </Text>
            {cancel.isError && <ErrorBox error={cancel.error} title={t('common:error.action')} />}
          </>
        ) : (
          <Alert color={cancel.data.cancelled > 0 ? 'green' : 'gray'} role="status">
            <Text size="sm">{t('cancel.done', { count: cancel.data.cancelled })}</Text>
            {cancel.data.skipped > 0 && (
              <Text size="sm">{t('cancel.skipped', { count: cancel.data.skipped })}</Text>
            )}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {cancel.data === undefined ? t('cancel.keep') : t('common:close')}
          </Button>
          {cancel.data === undefined && number > 0 && (
            <Button color="red" loading={cancel.isPending} onClick={() => cancel.mutate()} data-autofocus>
              {t('cancel.submit', { count: number })}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
