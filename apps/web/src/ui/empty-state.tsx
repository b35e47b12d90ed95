import { Button, Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from './copy-button.tsx';

interface NothingYetProps {
  readonly title: string;
  readonly lead: string;
  /** The same from a terminal. */
  readonly command?: string;
  /** The button that makes the first one. */
  readonly children?: ReactNode;
}

/** There is nothing yet: what to do about it. */
export function NothingYet({ title, lead, command, children }: NothingYetProps) {
  const { t } = useTranslation();
  return (
    <Paper withBorder p="xl">
      <Stack align="center" gap="xs">
        <Title order={2} size="h4">
          {title}
        </Title>
        <Text c="dimmed" ta="center">
          {lead}
        </Text>
        {children}
        {command !== undefined && (
          <Group gap="xs" wrap="nowrap">
            <Code>{command}</Code>
            <CopyButton value={command} label={t('copy')} />
          </Group>
        )}
      </Stack>
    </Paper>
  );
}

/** There is something, but the filters leave nothing of it. */
export function NothingMatches({ text, onClear }: { readonly text?: string; readonly onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <Paper withBorder p="xl">
      <Stack align="center" gap="xs">
        <Text>{text ?? t('empty.noMatch')}</Text>
        <Button variant="default" onClick={onClear}>
          {t('clearFilters')}
        </Button>
      </Stack>
    </Paper>
  );
}
