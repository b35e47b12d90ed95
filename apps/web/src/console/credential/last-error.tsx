import type { Credential } from '@latchkey/api/answers.ts';
import { Alert, Anchor, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { credentialState } from '../../ui/credential-state.ts';
import { NoticeText } from '../../ui/notice-text.tsx';
import { Time } from '../../ui/time.tsx';
import { toneColor } from '../../ui/tone.ts';
import { useFailureText } from '../../ui/use-failure-text.tsx';
import { useNow } from '../../ui/use-now.ts';

interface LastErrorProps {
  readonly credential: Credential;
  /** As people call it. */
  readonly provider: string;
  /** What helps. */
  readonly children: ReactNode;
}

/** What is wrong, since when, who must act, and the one thing that helps. */
export function LastError({ credential, provider, children }: LastErrorProps) {
  const { t } = useTranslation(['credential', 'common']);
  const { word, tone } = credentialState(credential, useNow());
  const failureText = useFailureText();
  const { lastError, notice } = credential;
  if (lastError === null)
    return notice === null ? null : (
      <Alert color="yellow" variant="light">
        <NoticeText {...credential} />
      </Alert>
    );
  return (
    <Alert
      color={tone === 'good' || tone === 'busy' ? 'yellow' : toneColor[tone]}
      variant="light"
      title={t(`common:status.${word}`)}
      data-error={lastError.code}
    >
      <Text size="sm">
        {failureText(lastError, provider)} {t(`common:actor.${lastError.actor}`)}
      </Text>
      <Group gap="sm" mt="xs">
        {children}
        <Text size="sm" c="dimmed">
          {t('needs.since')} <Time at={lastError.at} />
        </Text>
        <Anchor size="sm" href={`docs/errors/${lastError.code}`} target="_blank" rel="noreferrer">
          {t('needs.about', { code: lastError.code })}
        </Anchor>
      </Group>
    </Alert>
  );
}
