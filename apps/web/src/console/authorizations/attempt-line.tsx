import type { Authorization } from '@latchkey/api/answers.ts';
import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ErrorCode } from '../../ui/error-code.tsx';
import { useProviderNames } from '../../ui/names.ts';
import { Time } from '../../ui/time.tsx';
import { useFailureText } from '../../ui/use-failure-text.tsx';

/** "attempt 3 · provider_unavailable · next in 42 sec." */
export function AttemptLine({ authorization }: { readonly authorization: Authorization }) {
  const { t } = useTranslation('authorizations');
  const failureText = useFailureText();
  const nameOf = useProviderNames();
  const { attempts, error, nextAttemptAt, provider, status } = authorization;
  return (
    <>
      <Group gap={6} wrap="wrap">
        <Text size="sm" span>
          {attempts === 0 ? t('noAttempt') : t('attempt', { n: attempts })}
        </Text>
        {error !== null && (
          <>
            <span aria-hidden="true">·</span>
            <ErrorCode code={error.code} />
          </>
        )}
        {status === 'queued' && nextAttemptAt !== null && (
          <>
            <span aria-hidden="true">·</span>
            <Text size="sm" span>
              {t('next')} <Time at={nextAttemptAt} />
            </Text>
          </>
        )}
      </Group>
      {error !== null && (
        <Text size="xs" c="dimmed">
          {failureText(error, nameOf(provider))}
        </Text>
      )}
    </>
  );
}
