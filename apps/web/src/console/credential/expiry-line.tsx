import type { Credential } from '@latchkey/api/answers.ts';
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Time } from '../../ui/time.tsx';
import { useNow } from '../../ui/use-now.ts';

interface ExpiryLineProps {
  readonly credential: Credential;
  /** As people call it. */
  readonly provider: string;
}

/** When an account's token is refreshed and when it ends. */
export function ExpiryLine({ credential, provider }: ExpiryLineProps) {
  const { t } = useTranslation('credential');
  const now = useNow();
  const { authMethod, status, expiresAt, nextRefreshAt, reconnectBy } = credential;
  if (authMethod !== 'oauth2' || status !== 'active') return null;
  const isDue = nextRefreshAt !== null && Date.parse(nextRefreshAt) <= now;
  const isExpired = expiresAt !== null && Date.parse(expiresAt) <= now;
  return (
    <Text size="sm" c="dimmed" data-expiry>
      {nextRefreshAt !== null && (
        <>
          {isDue ? t('expiry.refreshDue') : t('expiry.refreshes')} <Time at={nextRefreshAt} />
          {' · '}
        </>
      )}
      {expiresAt === null ? (
        t('expiry.none', { provider })
      ) : (
        <>
          {isExpired ? t('expiry.expired') : t('expiry.expires')} <Time at={expiresAt} />
        </>
      )}
      {reconnectBy !== null && (
        <>
          {' · '}
          {t('expiry.reconnectBy')} <Time at={reconnectBy} />
        </>
      )}
    </Text>
  );
}
