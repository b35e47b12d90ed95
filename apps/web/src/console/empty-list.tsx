import { useNavigate } from '@tanstack/react-router';
import type { ComponentProps } from 'react';
import { ActionButton } from '../ui/action-button.tsx';
import { NothingMatches, NothingYet } from '../ui/empty-state.tsx';
import { keepWorkspace } from '../ui/keep-workspace.ts';

interface EmptyListProps extends Omit<ComponentProps<typeof NothingYet>, 'children'> {
  readonly isFiltered: boolean;
  readonly onClear: () => void;
  /** On the button that leads to where something is connected. */
  readonly button: string;
}

/** Why a list of what comes of connections is empty: its filters, or that nothing is connected yet. */
export function EmptyList({ isFiltered, onClear, button, ...nothing }: EmptyListProps) {
  const navigate = useNavigate();
  if (isFiltered) return <NothingMatches onClear={onClear} />;
  return (
    <NothingYet {...nothing}>
      <ActionButton
        permission="authorization:write"
        onClick={() => void navigate({ to: '/data-sources', search: keepWorkspace })}
      >
        {button}
      </ActionButton>
    </NothingYet>
  );
}
