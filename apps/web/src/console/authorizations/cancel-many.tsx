import type { Authorization } from '@latchkey/api/answers.ts';
import { Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CancelFilter } from '../../api/authorizations.ts';
import { commandItem } from '../../commands/command-item.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { CommandMenu } from '../../ui/copy-as.tsx';
import { rangeOf } from '../../ui/period.ts';
import { canCancel } from './authorization-state.ts';
import type { CancelTarget } from './cancel-all.ts';
import type { AuthorizationsSearch } from './search.ts';

interface CancelManyProps {
  readonly search: AuthorizationsSearch;
  readonly rows: readonly Authorization[];
  readonly selected: ReadonlySet<string>;
  readonly onCancel: (target: CancelTarget) => void;
}

/** Others have begun, or ended; without one, those that wait are meant. */
function isWaiting(status: AuthorizationsSearch['status']): status is CancelFilter['status'] {
  return status === undefined || status === 'queued' || status === 'awaiting_consent';
}

/** Cancels what is selected, or all that match the filters, whether they are on screen or not. */
export function CancelMany({ search, rows, selected, onCancel }: CancelManyProps) {
  const { t } = useTranslation('authorizations');
  // What was selected may have begun meanwhile.
  const ids = rows.filter((row) => selected.has(row.id) && canCancel(row)).map(({ id }) => id);
  const { status, kind, provider, credentialId, ...period } = search;
  const filter = () => ({ kind, provider, credentialId, ...rangeOf(period, Date.now()) });
  const cancelAll = () => {
    if (isWaiting(status)) onCancel({ filter: { status, ...filter() } });
  };
  return (
    <Group gap="xs">
      {ids.length > 0 && (
        <ActionButton
          permission="authorization:write"
          size="xs"
          variant="light"
          color="red"
          onClick={() => onCancel({ ids })}
        >
          {t('cancel.many', { count: ids.length })}
        </ActionButton>
      )}
      <ActionButton
        permission="authorization:write"
        reason={isWaiting(status) ? null : t('cancel.notAll')}
        size="xs"
        variant="default"
        onClick={cancelAll}
      >
        {t('cancel.all')}
      </ActionButton>
      {isWaiting(status) && (
        <CommandMenu
          items={[commandItem(t('cancel.all'), 'authorization.cancelAll', { status, ...filter() })]}
        />
      )}
    </Group>
  );
}
