import { Alert, Code, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../ui/copy-button.tsx';

const start = 'npm run worker';
const startWithCompose = 'docker compose up -d worker';

function Command({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  return (
    <Group gap={2} wrap="nowrap">
      <Code>{text}</Code>
      <CopyButton value={text} label={t('copy')} />
    </Group>
  );
}

/** What does not happen without a worker, and how to start one. @param children where to read more */
export function NoWorker({ children }: { readonly children?: ReactNode }) {
  const { t } = useTranslation('jobs');
  return (
    <Alert
      color="red"
      variant="default"
      bd="1px solid red.6"
      icon="✕"
      title={t('noWorker.title')}
      role="alert"
      mb="md"
      data-no-worker
    >
      <Text size="sm">{t('noWorker.lead')}</Text>
      <Group gap="xs">
        <Command text={start} />
        <Text size="sm">{t('noWorker.or')}</Text>
        <Command text={startWithCompose} />
        {children}
      </Group>
    </Alert>
  );
}
