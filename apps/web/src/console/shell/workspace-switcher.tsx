import { Select } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../session/session-context.tsx';

/** For who may see several workspaces. @param onGo the workspace is another one now */
export function WorkspaceSwitcher({ onGo }: { readonly onGo: () => void }) {
  const { t } = useTranslation();
  const { workspaces, workspaceId } = useSession();
  const { workspace = workspaceId } = useSearch({ from: '__root__' });
  const navigate = useNavigate();
  const client = useQueryClient();
  const choose = async (id: string | null) => {
    if (id === null) return;
    onGo();
    await navigate({ to: '/data-sources', search: { workspace: id === workspaceId ? undefined : id } });
    // Everything that was read belongs to the other one.
    await client.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  };
  return (
    <Select
      aria-label={t('workspace')}
      data={workspaces.map(({ id, name }) => ({ value: id, label: name }))}
      value={workspace}
      onChange={(id) => void choose(id)}
      allowDeselect={false}
      searchable
      size="xs"
      mb="xs"
    />
  );
}
