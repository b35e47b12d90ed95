import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { cancelKeyJob, promoteRootKey, retireRootKey } from '../../api/keys.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import type { Chosen } from './chosen.ts';
import { StartDialog } from './start-dialog.tsx';

interface KeyDialogProps {
  readonly chosen: Chosen;
  readonly onClose: () => void;
}

/** Asks; what the server refuses stays in the dialog, with the reason. */
export function KeyDialog({ chosen, onClose }: KeyDialogProps) {
  const { t } = useTranslation('keys');
  const queries = useQueryClient();
  const then = async (work: Promise<unknown>) => {
    await work;
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['root-keys'] }),
      queries.invalidateQueries({ queryKey: ['key-jobs'] }),
    ]);
  };
  switch (chosen.action) {
    case 'start':
      return <StartDialog kind={chosen.kind} then={then} onClose={onClose} />;
    case 'cancel':
      return (
        <ConfirmDialog
          title={t('job.cancelTitle')}
          action={t('job.cancel')}
          cancel={t('job.keep')}
          onConfirm={() => then(cancelKeyJob(chosen.job.id))}
          onClose={onClose}
        >
          <Text>{t('job.cancelText')}</Text>
        </ConfirmDialog>
      );
    case 'promote':
      return (
        <ConfirmDialog
          title={t('promoteDialog.title', { id: chosen.key.id })}
          action={t('root.promote')}
          isDangerous={false}
          onConfirm={() => then(promoteRootKey(chosen.key.id))}
          onClose={onClose}
        >
          <Text>{t('promoteDialog.text')}</Text>
        </ConfirmDialog>
      );
    case 'retire':
      return (
        <ConfirmDialog
          title={t('retireDialog.title', { id: chosen.key.id })}
          action={t('root.retire')}
          onConfirm={() => then(retireRootKey(chosen.key.id))}
          onClose={onClose}
        >
          <Text>{t('retireDialog.text')}</Text>
          {chosen.key.dataKeys > 0 && <Text>{t('retireDialog.inUse', { count: chosen.key.dataKeys })}</Text>}
        </ConfirmDialog>
      );
  }
}
