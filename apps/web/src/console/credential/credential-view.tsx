import type { Credential, CredentialInFull } from '@latchkey/api/answers.ts';
import { Anchor, Badge, Group, Stack, Title } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../../ui/action-button.tsx';
import { useProviderNames } from '../../ui/names.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { CredentialBadge } from '../../ui/credential-badge.tsx';
import { keepWorkspace } from '../../ui/keep-workspace.ts';
import { AccountMismatch } from './account-mismatch.tsx';
import { ActionResult } from './action-result.tsx';
import { CredentialMenuButton } from './credential-menu.tsx';
import { ExpiryLine } from './expiry-line.tsx';
import { Facts } from './facts.tsx';
import { LastError } from './last-error.tsx';
import { Timeline } from './timeline.tsx';
import { useCredentialActions, type CredentialActions } from './use-credential-actions.tsx';

interface CredentialViewProps {
  readonly credential: CredentialInFull;
}

export function CredentialView({ credential }: CredentialViewProps) {
  const { t } = useTranslation('credential');
  const menu = useRef<HTMLButtonElement>(null);
  const actions = useCredentialActions(credential, menu);
  const provider = useProviderNames()(credential.provider);
  const { action } = actions;
  useReturn(actions);
  return (
    <Stack gap="lg">
      <div>
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/data-sources" search={keepWorkspace} {...props} />}
        >
          {t('backTo')}
        </Anchor>
        <PageHead title={credential.name} lead={provider}>
          <Group gap="xs">
            <MainAction credential={credential} actions={actions} />
            <CredentialMenuButton credential={credential} actions={actions} button={menu} />
          </Group>
        </PageHead>
        <Group gap="xs">
          <CredentialBadge credential={credential} />
          {credential.isDefault && (
            <Badge variant="outline" color="gray" data-default>
              {t('default')}
            </Badge>
          )}
          {credential.visibility === 'private' && (
            <Badge variant="outline" color="gray">
              {t('private')}
            </Badge>
          )}
          <ExpiryLine credential={credential} provider={provider} />
        </Group>
      </div>
      <ActionResult action={action} />
      {action.authorization?.error?.code === 'account_mismatch' && (
        <AccountMismatch credential={credential} onReconnect={actions.reconnect} />
      )}
      <LastError credential={credential} provider={provider}>
        <Remedy credential={credential} actions={actions} />
      </LastError>
      <section aria-labelledby="facts">
        <Title order={2} size="h4" id="facts" mb="xs">
          {t('facts.title')}
        </Title>
        <Facts credential={credential} provider={provider} />
      </section>
      <Timeline credentialId={credential.id} />
    </Stack>
  );
}

/** A reconnect in this tab comes back here; what the address says is looked up, and taken out of it. */
function useReturn({ action }: CredentialActions): void {
  const { authorizationId } = useSearch({ from: '/credentials/$id' });
  const navigate = useNavigate({ from: '/credentials/$id' });
  useEffect(() => {
    if (authorizationId === undefined) return;
    void action.follow('reconnect', authorizationId);
    void navigate({ search: ({ workspace, types }) => ({ workspace, types }), replace: true });
    // Once per address: `action` is another object each time.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [authorizationId]);
}

interface ActionProps {
  readonly credential: Credential;
  readonly actions: CredentialActions;
}

/** What proves that it works. */
function MainAction({ credential: { authMethod, status, access }, actions }: ActionProps) {
  const { t } = useTranslation('credential');
  if (status === 'revoking' || status === 'reauthorization_required') return null;
  const isOAuth = authMethod === 'oauth2';
  return (
    <ActionButton
      permission="credential:write"
      reason={access === 'use' ? null : t('why.owner')}
      variant="default"
      loading={actions.action.isBusy}
      onClick={isOAuth ? actions.refresh : actions.validate}
    >
      {t(isOAuth ? 'menu.refresh' : 'menu.validate')}
    </ActionButton>
  );
}

/** What a person does about an error; nothing where only waiting helps. */
function Remedy({ credential, actions }: ActionProps) {
  const { t } = useTranslation('credential');
  if (credential.status === 'revoking' || credential.lastError?.actor !== 'user') return null;
  const reason = credential.access === 'use' ? null : t('why.owner');
  return credential.authMethod === 'oauth2' ? (
    <ActionButton
      permission="authorization:write"
      reason={reason}
      size="compact-sm"
      onClick={() => actions.reconnect()}
    >
      {t('menu.reconnect')}
    </ActionButton>
  ) : (
    <ActionButton permission="credential:write" reason={reason} size="compact-sm" onClick={actions.editKey}>
      {t('menu.editKey')}
    </ActionButton>
  );
}
