import { Text } from '@mantine/core';
import type { SignedIn } from '@latchkey/api/answers.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { sessionQuery } from '../../api/queries.ts';
import { endSession, endSessionsOf } from '../../api/sessions.ts';
import { useSession } from '../../session/session-context.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

interface EndDialogProps {
  readonly what: 'one' | 'all';
  readonly session: SignedIn;
  /** Sessions of the person, as far as they were read. */
  readonly count: number;
  readonly onEnded: (ended: number) => void;
  readonly onClose: () => void;
}

export function EndDialog({ what, session, count, onEnded, onClose }: EndDialogProps) {
  const { t } = useTranslation('people');
  const { person } = useSession();
  const queries = useQueryClient();
  const { id, subject, current } = session;
  const again = async (ended: number) => {
    await queries.invalidateQueries({ queryKey: ['sessions'] });
    onEnded(ended);
  };
  if (what === 'one')
    return (
      <ConfirmDialog
        title={t('endDialog.title', { person: subject })}
        action={t('end')}
        onConfirm={async () => {
          await endSession(id);
          // Whoever ended their own is not signed in any more: the frame of the page asks for it.
          if (current) await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
          else await again(1);
        }}
        onClose={onClose}
      >
        <Text>{current ? t('endDialog.current') : t('endDialog.text')}</Text>
      </ConfirmDialog>
    );
  const isOwn = subject === person;
  return (
    <ConfirmDialog
      title={t('endAllDialog.title', { person: subject })}
      action={t('endAll')}
      onConfirm={async () => again((await endSessionsOf(subject)).ended)}
      onClose={onClose}
    >
      <Text>{t('endAllDialog.text', { count: isOwn ? count - 1 : count })}</Text>
      {isOwn && <Text>{t('endAllDialog.own')}</Text>}
    </ConfirmDialog>
  );
}
