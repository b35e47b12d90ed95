import type { CloudEvent } from '@latchkey/api/answers.ts';
import { Code, Drawer, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Time } from '../../ui/time.tsx';
import { useEventWords } from './event-words.ts';
import { Subject } from './subject.tsx';

/** The event as subscribers get it. */
export function Details({ event, onClose }: { readonly event: CloudEvent; readonly onClose: () => void }) {
  const { t } = useTranslation(['activity', 'common']);
  const words = useEventWords();
  const json = JSON.stringify(event, null, 2);
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      title={words(event.type)}
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      <Stack>
        <Facts
          rows={[
            [t('detail.sequence'), Number(event.sequence)],
            [t('detail.type'), <Code key="type">{event.type}</Code>],
            [t('detail.subject'), <Subject key="subject" event={event} />],
            [t('detail.time'), <Time key="time" at={event.time} />],
          ]}
        />
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            {t('detail.json')}
          </Text>
          <CopyButton value={json} label={t('copy')} />
        </Group>
        <Code block tabIndex={0}>
          {json}
        </Code>
      </Stack>
    </Drawer>
  );
}
