import type { Credential, Provider } from '@latchkey/api/answers.ts';
import { Badge, Box, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CredentialBadge } from '../../ui/credential-badge.tsx';
import { CredentialLink } from '../../ui/credential-link.tsx';
import { credentialState } from '../../ui/credential-state.ts';
import { NoticeText } from '../../ui/notice-text.tsx';
import { useFailureText } from '../../ui/use-failure-text.tsx';
import { useNow } from '../../ui/use-now.ts';
import { CredentialMenu } from '../credential/credential-menu.tsx';
import { ExpiryLine } from '../credential/expiry-line.tsx';

interface CredentialRowProps {
  readonly credential: Credential;
  readonly provider: Provider;
}

/** A credential as it is now. */
export function CredentialRow({ credential, provider }: CredentialRowProps) {
  const { t } = useTranslation('data-sources');
  const failureText = useFailureText();
  const { tone } = credentialState(credential, useNow());
  const { account, lastError, notice } = credential;
  return (
    <Group component="li" justify="space-between" align="flex-start" data-credential={credential.id}>
      <Stack gap={2} flex="1 1 7rem" maw="100%">
        <Group gap="xs">
          <Box maw="100%">
            <CredentialLink id={credential.id}>{credential.name}</CredentialLink>
          </Box>
          {credential.isDefault && (
            <Badge variant="outline" color="gray" data-default>
              {t('default')}
            </Badge>
          )}
          {account.name !== null && account.name !== credential.name && (
            <Text size="sm" c="dimmed">
              {account.name}
            </Text>
          )}
        </Group>
        {lastError !== null && tone !== 'good' && (
          <Text size="sm">{failureText(lastError, provider.label)}</Text>
        )}
        {notice !== null && (
          <Text size="sm" c="dimmed">
            <NoticeText {...credential} />
          </Text>
        )}
        <ExpiryLine credential={credential} provider={provider.label} />
      </Stack>
      <Group gap="xs" wrap="nowrap">
        <CredentialBadge credential={credential} />
        <CredentialMenu credential={credential} />
      </Group>
    </Group>
  );
}
