import { Modal, type ModalProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useReturnFocus } from './use-return-focus.ts';

interface DialogProps extends Omit<ModalProps, 'opened' | 'returnFocus' | 'closeButtonProps'> {
  readonly title: string;
}

/** A dialog that is open as long as it is mounted. */
export function Dialog(props: DialogProps) {
  const { t } = useTranslation();
  useReturnFocus();
  return <Modal {...props} opened returnFocus={false} closeButtonProps={{ 'aria-label': t('close') }} />;
}
