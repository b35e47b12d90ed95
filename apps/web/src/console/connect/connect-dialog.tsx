import type { Authorization, Credential, Provider } from '@latchkey/api/answers.ts';
import { Alert, Anchor, Button, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorBox } from '../../ui/error-box.tsx';
import { useFailureText } from '../../ui/use-failure-text.tsx';
import { AccountMismatch } from '../credential/account-mismatch.tsx';
import { useConnectDialog } from './use-connect-dialog.tsx';
import { useConnect, type Connecting } from './use-connect.ts';

interface ConnectDialogProps {
  readonly provider: Pick<Provider, 'id' | 'label'>;
  /** Whose account is connected again; absent: a new one. */
  readonly credential?: Credential;
  readonly allowAccountChange?: boolean;
  /** Opened in the click that opened this dialog; null: the browser blocked it. */
  readonly popup: Window | null;
  readonly onClose: () => void;
}

/** Goes beside the window of the provider and says how it is going. */
export function ConnectDialog({
  provider,
  credential,
  allowAccountChange,
  popup,
  onClose,
}: ConnectDialogProps) {
  const { t } = useTranslation(['data-sources', 'common']);
  const input = useMemo(
    () => ({ provider: provider.id, credentialId: credential?.id, allowAccountChange }),
    [provider.id, credential?.id, allowAccountChange],
  );
  const connecting = useConnect(input, popup);
  const { state } = connecting;
  const connect = useConnectDialog();
  const isMismatch =
    credential !== undefined &&
    state.step === 'over' &&
    state.authorization.error?.code === 'account_mismatch';
  const leave = () => {
    if (state.step !== 'over') connecting.cancel();
    onClose();
  };
  return (
    <Modal
      opened
      onClose={leave}
      title={
        credential === undefined
          ? t('addOAuth.title', { provider: provider.label })
          : t('addOAuth.reconnect', { name: credential.name })
      }
    >
      <Stack data-step={state.step}>
        {state.step === 'blocked' && <Blocked connecting={connecting} />}
        {(state.step === 'opening' || state.step === 'waiting') && (
          <>
            <Group wrap="nowrap" role="status">
              <Loader size="sm" aria-hidden="true" />
              <Text>{t('addOAuth.opening', { provider: provider.label })}</Text>
            </Group>
            {state.step === 'waiting' && state.closed && <Text size="sm">{t('addOAuth.closed')}</Text>}
          </>
        )}
        {state.step === 'refused' && (
          <ErrorBox error={state.error} title={t('addOAuth.failed', { provider: provider.label })} />
        )}
        {isMismatch ? (
          <AccountMismatch
            credential={credential}
            onReconnect={(options) => connect(provider, { credential, ...options })}
          />
        ) : (
          state.step === 'over' && <Ended authorization={state.authorization} provider={provider} />
        )}
        <Group justify="flex-end">
          {state.step !== 'blocked' &&
            !isMismatch &&
            !(state.step === 'over' && state.authorization.status === 'succeeded') && (
              <Button variant="default" onClick={connecting.again}>
                {state.step === 'waiting' ? t('addOAuth.again') : t('common:retry')}
              </Button>
            )}
          <Button variant={state.step === 'over' ? 'filled' : 'default'} onClick={leave} data-autofocus>
            {state.step === 'over' ? t('common:close') : t('addOAuth.cancel')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Blocked({ connecting }: { readonly connecting: Connecting }) {
  const { t } = useTranslation('data-sources');
  return (
    <Alert color="yellow" role="alert">
      <Text size="sm">{t('addOAuth.blocked')}</Text>
      <Group mt="xs">
        <Button size="compact-sm" onClick={connecting.here}>
          {t('addOAuth.here')}
        </Button>
        <Anchor component="button" type="button" size="sm" onClick={connecting.again}>
          {t('addOAuth.newTab')}
        </Anchor>
      </Group>
    </Alert>
  );
}

interface EndedProps {
  readonly authorization: Authorization;
  readonly provider: Pick<Provider, 'label'>;
}

function Ended({ authorization: { status, error }, provider }: EndedProps) {
  const { t } = useTranslation(['data-sources', 'common']);
  const failureText = useFailureText();
  if (status === 'succeeded')
    return (
      <Text role="status" data-ended="succeeded">
        ✓ {t('addOAuth.done', { provider: provider.label })}
      </Text>
    );
  return (
    <Alert
      color="red"
      role="alert"
      title={t('addOAuth.failed', { provider: provider.label })}
      data-code={error?.code ?? status}
    >
      {error === null ? (
        t(`common:authorization.${status}`)
      ) : (
        <>
          {failureText(error, provider.label)} {t(`common:actor.${error.actor}`)}
        </>
      )}
    </Alert>
  );
}
