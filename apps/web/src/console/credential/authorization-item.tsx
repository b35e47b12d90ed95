import { Group, List, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { TimelineItem } from '../../api/timeline.ts';
import { useProviderNames } from '../../ui/names.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { useFailureText } from '../../ui/use-failure-text.tsx';
import { useNow } from '../../ui/use-now.ts';
import { authorizationTone } from '../authorizations/authorization-state.ts';

type Item = Extract<TimelineItem, { type: 'authorization' }>;
type Attempt = Item['attempts'][number];

const reasons = ['user', 'lease', 'schedule', 'report', 'grant'] as const;

/** An authorization with its attempts: why it was made, how it ended, and what each attempt brought. */
export function AuthorizationItem({ item }: { readonly item: Item }) {
  const { t } = useTranslation(['credential', 'common']);
  const failureText = useFailureText();
  const nameOf = useProviderNames();
  const { authorization, attempts, requestedBy } = item;
  const { kind, status, error } = authorization;
  const reason = reasons.find((known) => known === authorization.reason);
  const hasMore = attempts.length > 1 || attempts.some(({ outcome }) => outcome !== 'succeeded');
  return (
    <>
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {t(`common:kind.${kind}`)}
        </Text>
        <StatusBadge tone={authorizationTone(authorization)}>
          {t(`common:authorization.${status}`)}
        </StatusBadge>
        <Text size="sm" c="dimmed">
          {reason === undefined ? authorization.reason : t(`common:reason.${reason}`)}
          {reason !== 'schedule' && <> · {t('timeline.by', { name: requestedBy })}</>}
        </Text>
      </Group>
      {error !== null && (
        <Text size="sm">
          {failureText(error, nameOf(authorization.provider))} {t(`common:actor.${error.actor}`)}
        </Text>
      )}
      {hasMore && (
        <List size="sm" listStyleType="none">
          {attempts.map((attempt) => (
            <List.Item key={attempt.n} data-attempt={attempt.n}>
              <AttemptLine attempt={attempt} />
            </List.Item>
          ))}
        </List>
      )}
    </>
  );
}

/** "attempt 3 · 503 provider_unavailable · next in 42 s" */
function AttemptLine({
  attempt: { n, outcome, error, httpStatus, nextAttemptAt },
}: {
  readonly attempt: Attempt;
}) {
  const { t } = useTranslation('credential');
  const now = useNow();
  const what = [httpStatus, error?.code].filter((part) => part !== null && part !== undefined).join(' ');
  return (
    <>
      {t('timeline.attempt', { n })} · {error === null ? t(`outcome.${outcome}`) : what}
      {outcome === 'retrying' && nextAttemptAt !== null && Date.parse(nextAttemptAt) > now && (
        <>
          {' · '}
          {t('timeline.next')} <Time at={nextAttemptAt} />
        </>
      )}
    </>
  );
}
