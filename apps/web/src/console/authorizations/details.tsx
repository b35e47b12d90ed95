import type { Authorization } from '@latchkey/api/answers.ts';
import { Code, Drawer, Group, List, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { listAttempts } from '../../api/attempts.ts';
import { getAuthorization } from '../../api/authorizations.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { CredentialLink } from '../../ui/credential-link.tsx';
import { ErrorCode } from '../../ui/error-code.tsx';
import { Facts } from '../../ui/facts.tsx';
import { useCredentialNames, useProviderNames } from '../../ui/names.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { AttemptLine } from './attempt-line.tsx';
import { authorizationTone } from './authorization-state.ts';

/** Everything about one authorization, and what the provider answered. */
export function Details({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { t } = useTranslation(['authorizations', 'common']);
  const providerName = useProviderNames();
  const query = useQuery({
    queryKey: ['authorizations', 'one', id],
    queryFn: ({ signal }) => getAuthorization(id, 0, signal),
  });
  const { data } = query;
  const title =
    data === undefined
      ? t('open')
      : t('detail.title', { kind: t(`common:kind.${data.kind}`), provider: providerName(data.provider) });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      title={title}
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      <QueryView query={query}>
        {(authorization) => (
          <Stack>
            <AuthorizationFacts authorization={authorization} />
            {authorization.kind === 'refresh_token' && authorization.credentialId !== null && (
              <Presentations id={id} credentialId={authorization.credentialId} />
            )}
          </Stack>
        )}
      </QueryView>
    </Drawer>
  );
}

function AuthorizationFacts({ authorization }: { readonly authorization: Authorization }) {
  const { t } = useTranslation(['authorizations', 'common']);
  const credentialName = useCredentialNames();
  const { id, status, reason, credentialId, createdAt, startedAt, finishedAt, expiresAt } = authorization;
  const time = (at: string | null) => (at === null ? null : <Time at={at} />);
  const why = t(`common:reason.${reason as 'user'}`, { defaultValue: reason });
  return (
    <Facts
      rows={[
        [
          t('detail.id'),
          <Group key="id" gap={4} wrap="nowrap">
            <Code>{id}</Code>
            <CopyButton value={id} label={t('common:copy')} />
          </Group>,
        ],
        [
          t('detail.status'),
          <StatusBadge key="status" tone={authorizationTone(authorization)}>
            {t(`common:authorization.${status}`)}
          </StatusBadge>,
        ],
        [t('detail.attempts'), <AttemptLine key="attempts" authorization={authorization} />],
        [t('detail.reason'), why],
        [
          t('detail.credential'),
          credentialId === null ? null : (
            <CredentialLink key="credential" id={credentialId}>
              {credentialName(credentialId)}
            </CredentialLink>
          ),
        ],
        [t('detail.created'), time(createdAt)],
        [t('detail.started'), time(startedAt)],
        [t('detail.finished'), time(finishedAt)],
        [t('detail.expires'), time(expiresAt)],
      ]}
    />
  );
}

/** Each time that the refresh token was sent to the provider. */
function Presentations({ id, credentialId }: { readonly id: string; readonly credentialId: string }) {
  const { t } = useTranslation('authorizations');
  const attempts = useQuery({
    queryKey: ['timeline', credentialId, 'attempts'],
    queryFn: ({ signal }) => listAttempts(credentialId, signal),
  });
  if (attempts.data === undefined) return attempts.isPending ? <Skeleton height={44} /> : null;
  const mine = attempts.data.items.filter(({ authorizationId }) => authorizationId === id).toReversed();
  return (
    <section>
      <Title order={3} size="h5" mb="xs">
        {t('detail.presentations')}
      </Title>
      {mine.length === 0 && <Text size="sm">{t('detail.none')}</Text>}
      <List type="ordered" size="sm">
        {mine.map(({ id: key, outcome, providerStatus, errorCode, durationMs, startedAt }) => (
          <List.Item key={key}>
            <Group gap={6}>
              <Text size="sm" span>
                {t(`detail.${outcome}`)}
              </Text>
              {providerStatus !== null && <Code>{providerStatus}</Code>}
              {errorCode !== null && <ErrorCode code={errorCode} />}
              {durationMs !== null && (
                <Text size="sm" c="dimmed" span>
                  {t('detail.took', { ms: durationMs })}
                </Text>
              )}
              <Time at={startedAt} />
            </Group>
          </List.Item>
        ))}
      </List>
    </section>
  );
}
