import { Group, List, Text, Title } from '@mantine/core';
import type { RootKeyList } from '@latchkey/api/answers.ts';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../session/session-context.tsx';

export function DataKeys({ list: { dataKeys, workspaces } }: { readonly list: RootKeyList }) {
  const { t, i18n } = useTranslation('keys');
  const { workspaces: known } = useSession();
  const number = new Intl.NumberFormat(i18n.language);
  const nameOf = (id: string) => known.find((workspace) => workspace.id === id)?.name ?? id;
  return (
    <section aria-labelledby="data-keys">
      <Title order={2} size="h4" id="data-keys">
        {t('data.title')}
      </Title>
      <Group gap="lg" my="xs">
        <Text size="sm">{t('data.current', { count: dataKeys.current })}</Text>
        <Text size="sm">{t('data.retired', { count: dataKeys.retired })}</Text>
        <Text size="sm">{t('data.rowsLeft', { count: dataKeys.rowsLeft })}</Text>
      </Group>
      <List size="sm" mb="lg">
        {workspaces.map(({ workspaceId, rowsLeft }) => (
          <List.Item key={workspaceId}>
            {t('data.workspace', { id: nameOf(workspaceId), rows: number.format(rowsLeft) })}
          </List.Item>
        ))}
      </List>
    </section>
  );
}
