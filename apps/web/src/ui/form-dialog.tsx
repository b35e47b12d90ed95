import { Alert, Button, Group, Modal } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface FormDialogProps {
  readonly title: string;
  /** Whether something was entered that closing would lose. */
  readonly isDirty?: () => boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A dialog that asks before it throws away what was entered. */
export function FormDialog({ title, isDirty, onClose, children }: FormDialogProps) {
  const { t } = useTranslation();
  const [asks, setAsks] = useState(false);
  const close = () => {
    if (isDirty?.() === true && !asks) setAsks(true);
    else onClose();
  };
  return (
    <Modal
      opened
      onClose={close}
      title={title}
      closeButtonProps={{ 'aria-label': t('close') }}
      // Who opened it says where the focus goes.
      returnFocus={false}
    >
      {asks && (
        <Alert color="yellow" role="alert" mb="md" title={t('discard.question')}>
          <Group gap="xs">
            <Button size="compact-sm" color="red" onClick={onClose}>
              {t('discard.yes')}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => setAsks(false)} data-autofocus>
              {t('discard.no')}
            </Button>
          </Group>
        </Alert>
      )}
      {children}
    </Modal>
  );
}
