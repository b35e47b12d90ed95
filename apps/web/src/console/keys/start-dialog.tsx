import { Select, Text } from '@mantine/core';
import type { KeyJob } from '@latchkey/api/answers.ts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { startKeyJob } from '../../api/keys.ts';
import { useSession } from '../../session/session-context.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

interface StartDialogProps {
  readonly kind: KeyJob['kind'];
  /** Waits for the work and has read anew what it changed. */
  readonly then: (work: Promise<unknown>) => Promise<void>;
  readonly onClose: () => void;
}

export function StartDialog({ kind, then, onClose }: StartDialogProps) {
  const { t } = useTranslation('keys');
  const { workspaces } = useSession();
  const [workspaceId, setWorkspaceId] = useState('');
  return (
    <ConfirmDialog
      title={t(`job.${kind}`)}
      action={t('job.start')}
      isDangerous={false}
      onConfirm={() => then(startKeyJob(kind, workspaceId === '' ? null : workspaceId))}
      onClose={onClose}
    >
      <Text>{t(`job.${kind}Hint`)}</Text>
      {kind === 'rotate_data' && (
        <Select
          label={t('job.where')}
          data={[
            { value: '', label: t('job.everywhere') },
            ...workspaces.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          value={workspaceId}
          allowDeselect={false}
          onChange={(value) => setWorkspaceId(value ?? '')}
        />
      )}
    </ConfirmDialog>
  );
}
