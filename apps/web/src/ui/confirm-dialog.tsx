import { Button, Group, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from './dialog.tsx';
import { ErrorBox } from './error-box.tsx';

interface ConfirmDialogProps {
  readonly title: string;
  /** What will happen. */
  readonly children: ReactNode;
  /** On the button that does it: a verb. */
  readonly action: string;
  /** On the button that does not; "Cancel" when absent. */
  readonly cancel?: string;
  readonly isDangerous?: boolean;
  /** Something has to be answered first. */
  readonly disabled?: boolean;
  readonly onConfirm: () => Promise<unknown>;
  /** Cancelled, or done unless there is `onDone`. */
  readonly onClose: () => void;
  readonly onDone?: () => void;
}

/** Asks before what cannot be undone. A refusal is shown here, and the dialog stays. */
export function ConfirmDialog({
  title,
  children,
  action,
  cancel,
  isDangerous = true,
  disabled = false,
  onConfirm,
  onClose,
  onDone = onClose,
}: ConfirmDialogProps) {
  const { t } = useTranslation();
  const work = useMutation({ mutationFn: onConfirm, onSuccess: () => onDone() });
  return (
    <Dialog onClose={onClose} title={title}>
      <Stack>
        {children}
        {work.error !== null && <ErrorBox error={work.error} title={t('error.action')} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {cancel ?? t('cancel')}
          </Button>
          <Button
            {...(isDangerous ? { color: 'red' } : {})}
            disabled={disabled}
            loading={work.isPending}
            onClick={() => work.mutate()}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
