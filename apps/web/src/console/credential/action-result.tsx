import { Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ErrorBox } from '../../ui/error-box.tsx';
import { useProviderNames } from '../../ui/names.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { useFailureText } from '../../ui/use-failure-text.tsx';
import { Time } from '../../ui/time.tsx';
import { authorizationTone } from '../authorizations/authorization-state.ts';
import type { Action } from './use-action.ts';

interface ActionResultProps {
  readonly action: Action;
  /** It goes with the dialog that it is in. */
  readonly stays?: boolean;
}

/** How what a person asked for is going, where they asked for it. */
export function ActionResult({ action, stays = false }: ActionResultProps) {
  const { t } = useTranslation(['credential', 'common']);
  const failureText = useFailureText();
  const nameOf = useProviderNames();
  const { name, authorization, error, isBusy, dismiss } = action;
  if (name === null) return null;
  const what = t(`action.${name}`);
  if (error !== null)
    return (
      <Stack gap={4} data-action={name}>
        <ErrorBox error={error} title={t('actionFailed', { action: what })} />
        {!stays && <Dismiss onClick={dismiss} />}
      </Stack>
    );
  const problem = authorization?.error ?? null;
  const status = authorization?.status ?? 'queued';
  return (
    <Group gap="xs" role="status" data-action={name} data-status={status}>
      <StatusBadge tone={authorization === null ? 'busy' : authorizationTone(authorization)}>
        {t('actionStatus', { action: what, status: t(`common:authorization.${status}`) })}
      </StatusBadge>
      {problem !== null && (
        <Text size="sm" maw={420}>
          {failureText(problem, nameOf(authorization?.provider ?? ''))} {t(`common:actor.${problem.actor}`)}
        </Text>
      )}
      {status === 'queued' && problem !== null && typeof authorization?.nextAttemptAt === 'string' && (
        <Text size="sm" c="dimmed">
          {t('nextAttempt')} <Time at={authorization.nextAttemptAt} />
        </Text>
      )}
      {!isBusy && !stays && <Dismiss onClick={dismiss} />}
    </Group>
  );
}

function Dismiss({ onClick }: { readonly onClick: () => void }) {
  const { t } = useTranslation('credential');
  return (
    <Button size="compact-xs" variant="subtle" color="gray" onClick={onClick}>
      {t('dismiss')}
    </Button>
  );
}
