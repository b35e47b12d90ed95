import type { Credential, CredentialInFull } from '@latchkey/api/answers.ts';
import { Avatar, Code, Group, Paper, SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Time } from '../../ui/time.tsx';
import { useActorName } from '../../ui/use-actor-name.ts';

interface FactsProps {
  readonly credential: CredentialInFull;
  /** As people call it. */
  readonly provider: string;
}

/** Everything that is known about a credential, but for what is secret. */
export function Facts({ credential, provider }: FactsProps) {
  const { t } = useTranslation('credential');
  const { id, authMethod, createdAt, lastRefreshedAt, nextRefreshAt, expiresAt, reconnectBy } = credential;
  const isOAuth = authMethod === 'oauth2';
  return (
    <Paper withBorder p="md">
      <SimpleGrid component="dl" cols={{ base: 1, xs: 2, md: 3 }} spacing="md" m={0}>
        <Fact name={t('facts.account')}>
          <Account credential={credential} />
        </Fact>
        <Fact name={t('facts.provider')}>{provider}</Fact>
        <Fact name={t('facts.method')}>{t(`facts.${authMethod}`)}</Fact>
        <Fact name={t('facts.created')}>
          <Time at={createdAt} />
        </Fact>
        <Fact name={t('facts.lastUsed')}>
          <LastUse credential={credential} />
        </Fact>
        {isOAuth && (
          <>
            <Fact name={t('facts.lastRefreshed')}>
              {lastRefreshedAt === null ? t('facts.never') : <Time at={lastRefreshedAt} />}
            </Fact>
            <Fact name={t('facts.nextRefresh')}>
              {nextRefreshAt === null ? t('facts.noRefresh') : <Time at={nextRefreshAt} />}
            </Fact>
            <Fact name={t('facts.expires')}>
              {expiresAt === null ? t('facts.noExpiry') : <Time at={expiresAt} />}
            </Fact>
            {reconnectBy !== null && (
              <Fact name={t('facts.reconnectBy')}>
                <Time at={reconnectBy} />
              </Fact>
            )}
          </>
        )}
        <Fact name={t(isOAuth ? 'facts.tokenVersion' : 'facts.keyVersion')}>{credential.tokenVersion}</Fact>
        {isOAuth && (
          <Fact name={t('facts.scopes')}>
            {credential.scopes.length === 0 ? (
              t('facts.noScopes')
            ) : (
              <Group gap={4}>
                {credential.scopes.map((scope) => (
                  <Code key={scope}>{scope}</Code>
                ))}
              </Group>
            )}
          </Fact>
        )}
        <Fact name={t('facts.id')} isWide>
          <Group gap={4} wrap="nowrap">
            <Code style={{ overflowWrap: 'anywhere' }}>{id}</Code>
            <CopyButton value={id} label={t('facts.copyId')} />
          </Group>
        </Fact>
      </SimpleGrid>
    </Paper>
  );
}

interface FactProps {
  readonly name: string;
  /** In a row of its own. */
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

function Fact({ name, isWide = false, children }: FactProps) {
  return (
    <div style={isWide ? { gridColumn: '1 / -1' } : undefined}>
      <Text component="dt" size="xs" c="dimmed">
        {name}
      </Text>
      <Text component="dd" size="sm" m={0} style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </div>
  );
}

/** With initials: a picture would be fetched from wherever the provider has it. */
function Account({ credential: { account } }: { readonly credential: Credential }) {
  const { t } = useTranslation('credential');
  const name = account.name ?? account.id;
  if (name === null) return t('facts.noAccount');
  return (
    <Group component="span" gap="xs" wrap="nowrap">
      <Avatar component="span" name={name} size="sm" color="gray" aria-hidden="true" />
      <span>
        {name}
        {account.id !== null && account.id !== name && (
          <Text span size="xs" c="dimmed" display="block">
            {account.id}
          </Text>
        )}
      </span>
    </Group>
  );
}

function LastUse({ credential: { lastUsedAt, lastUsedBy } }: { readonly credential: CredentialInFull }) {
  const { t } = useTranslation('credential');
  const actorName = useActorName();
  if (lastUsedAt === null) return t('facts.neverUsed');
  const remarks =
    lastUsedBy === null
      ? []
      : [
          lastUsedBy.runId === null
            ? t('facts.asLease', { lease: lastUsedBy.leaseId })
            : t('facts.byRun', { run: lastUsedBy.runId }),
          ...(lastUsedBy.nodeId === null ? [] : [t('facts.atNode', { node: lastUsedBy.nodeId })]),
          ...(lastUsedBy.actor === null ? [] : [t('facts.byActor', { name: actorName(lastUsedBy.actor) })]),
        ];
  return (
    <>
      <Time at={lastUsedAt} />
      {remarks.length > 0 && (
        <Text span size="xs" c="dimmed" display="block">
          {remarks.join(' · ')}
        </Text>
      )}
    </>
  );
}
