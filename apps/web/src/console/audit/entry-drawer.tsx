import { Drawer, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { auditEntryQuery } from '../../api/audit-queries.ts';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { EntryDetails } from './entry-details.tsx';

interface EntryDrawerProps {
  readonly sequence: number;
  readonly onClose: () => void;
}

export function EntryDrawer({ sequence, onClose }: EntryDrawerProps) {
  const { t, i18n } = useTranslation(['audit', 'common']);
  useReturnFocus();
  const entry = useQuery(auditEntryQuery(sequence));
  return (
    <Drawer
      opened
      returnFocus={false}
      onClose={onClose}
      position="right"
      size="lg"
      title={t('entry.title', { sequence: new Intl.NumberFormat(i18n.language).format(sequence) })}
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      <QueryView query={entry}>
        {(found) => (found === null ? <Text>{t('entry.missing')}</Text> : <EntryDetails entry={found} />)}
      </QueryView>
    </Drawer>
  );
}
