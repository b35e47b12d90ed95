import { Select, Text } from '@mantine/core';
import type { ServiceToken } from '@latchkey/api/answers.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { rotateServiceToken } from '../../api/service-tokens.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ShownOnce, type Shown } from './shown-once.tsx';

const overlaps = { now: 0, hour: 3600, day: 86_400, week: 7 * 86_400, month: 30 * 86_400 } as const;
type Overlap = keyof typeof overlaps;
const names = Object.keys(overlaps) as Overlap[];

interface RotateDialogProps {
  readonly token: ServiceToken;
  readonly onClose: () => void;
}

export function RotateDialog({ token, onClose }: RotateDialogProps) {
  const { t } = useTranslation('service-tokens');
  const queries = useQueryClient();
  const [overlap, setOverlap] = useState<Overlap>('day');
  const [shown, setShown] = useState<Shown | null>(null);
  const rotate = async () => {
    const { name, token: value } = await rotateServiceToken(token.id, overlaps[overlap]);
    setShown({ name, value });
    void queries.invalidateQueries({ queryKey: ['service-tokens'] });
  };
  if (shown !== null) return <ShownOnce shown={shown} onStored={onClose} />;
  return (
    <ConfirmDialog
      title={t('rotateDialog.title', { name: token.name })}
      action={t('rotateDialog.submit')}
      isDangerous={overlap === 'now'}
      onConfirm={rotate}
      onClose={onClose}
      // Its value has to be shown first.
      onDone={() => undefined}
    >
      <Text>{t('rotateDialog.text')}</Text>
      <Select
        label={t('rotateDialog.overlap')}
        data={names.map((value) => ({ value, label: t(`rotateDialog.${value}`) }))}
        value={overlap}
        allowDeselect={false}
        onChange={(value) => setOverlap(names.find((name) => name === value) ?? 'day')}
      />
    </ConfirmDialog>
  );
}
