import type { QueueList } from '@latchkey/api/answers.ts';
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pauseQueue, resumeQueue, retryQueue, type QueueName } from '../../api/queues.ts';
import { ErrorBox } from '../../ui/error-box.tsx';
import type { QueueAction } from './row-actions.tsx';

interface ActDialogProps {
  readonly action: QueueAction;
  readonly queue: QueueList['items'][number];
  readonly onClose: () => void;
}

/** The API queues a limited number per call; what cannot be queued now is left. */
async function retryAll(name: QueueName): Promise<number> {
  let retried = 0;
  for (;;) {
    const answer = await retryQueue(name);
    retried += answer.retried;
    if (answer.retried === 0 || answer.left === 0) return retried;
  }
}

/** Asks first, and says what became of it. */
export function ActDialog({ action, queue: now, onClose }: ActDialogProps) {
  const { t } = useTranslation(['jobs', 'common']);
  const client = useQueryClient();
  // As it was when it was asked about: the numbers behind go on changing.
  const [{ name, waiting, retryable }] = useState(now);
  const queue = t(`queue.${name}`);
  const act = useMutation({
    mutationFn: async (): Promise<string> => {
      if (action === 'retry') return t('retry.done', { count: await retryAll(name) });
      await (action === 'pause' ? pauseQueue(name) : resumeQueue(name));
      return t(`${action}.done`, { queue });
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['queues'] }),
  });
  const nothing = action === 'retry' && retryable === 0;
  const facts =
    action === 'retry' ? t('retry.ask', { count: retryable }) : t(`${action}.waiting`, { count: waiting });
  const submit = action === 'retry' ? t('retry.submit', { count: retryable }) : t(`${action}.button`);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(`${action}.title`, { queue })}
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      <Stack>
        {act.data === undefined ? (
          <>
            <Text>{facts}</Text>
            <Text size="sm" c="dimmed">
              {t(`${action}.lead`)}
            </Text>
            {act.isError && <ErrorBox error={act.error} title={t('common:error.action')} />}
          </>
        ) : (
          <Alert color="green" role="status">
            {act.data}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {act.data === undefined && !nothing ? t('common:cancel') : t('common:close')}
          </Button>
          {act.data === undefined && !nothing && (
            <Button loading={act.isPending} onClick={() => act.mutate()} data-autofocus>
              {submit}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
