import type { Credential } from '@latchkey/api/answers.ts';
import { Alert, Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface AccountMismatchProps {
  readonly credential: Credential;
  /** Called within a click. */
  readonly onReconnect: (options: { readonly allowAccountChange: boolean }) => void;
}

/** Why a reconnect with another account changed nothing, and both ways on. */
export function AccountMismatch({ credential, onReconnect }: AccountMismatchProps) {
  const { t } = useTranslation('credential');
  const { name } = credential;
  const account = credential.account.name ?? credential.account.id ?? t('mismatch.someAccount');
  return (
    <Alert color="yellow" title={t('mismatch.title')} role="alert">
      <Text size="sm">{t('mismatch.text', { name, account })}</Text>
      <Group gap="xs" mt="xs">
        <Button size="compact-sm" onClick={() => onReconnect({ allowAccountChange: false })}>
          {t('mismatch.again', { account })}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => onReconnect({ allowAccountChange: true })}>
          {t('mismatch.change')}
        </Button>
      </Group>
    </Alert>
  );
}
