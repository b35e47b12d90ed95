import { CloseButton, Code, Group, Paper, Text } from '@mantine/core';
import { useEffect, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { lastCopy } from './copy-text.ts';

/** Says that something was copied, until the next key or click; once for the whole console. */
export function CopiedNotice() {
  const { t } = useTranslation();
  const copied = useSyncExternalStore(lastCopy.subscribe, lastCopy.get);
  const isDone = copied?.text === null;
  useEffect(() => {
    if (!isDone) return;
    const events = ['pointerdown', 'keydown'] as const;
    for (const event of events) document.addEventListener(event, lastCopy.forget, { once: true });
    return () => {
      for (const event of events) document.removeEventListener(event, lastCopy.forget);
    };
  }, [isDone]);
  return (
    <div role="status" className="copied">
      {copied !== null && (
        <Paper withBorder shadow="md" p="sm">
          <Group gap="xs" wrap="nowrap">
            <Text size="sm">{t(isDone ? 'copyAs.copied' : 'copyAs.failed')}</Text>
            {!isDone && <CloseButton size="sm" aria-label={t('close')} onClick={lastCopy.forget} />}
          </Group>
          {copied.text !== null && <Code block>{copied.text}</Code>}
        </Paper>
      )}
    </div>
  );
}
