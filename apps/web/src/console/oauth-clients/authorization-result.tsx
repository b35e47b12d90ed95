import { Alert, Anchor, Code, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { credentialQuery, providersQuery } from '../../api/queries.ts';
import { keepWorkspace } from '../../ui/keep-workspace.ts';

/**
 * How "Save and authorize" ended. That the provider sent somebody back proves nothing, whatever the address says:
 * a credential that can be read and is active does.
 */
export function AuthorizationResult() {
  const { t } = useTranslation('oauth-clients');
  const { tried, credentialId = '', code } = useSearch({ from: '/oauth-clients' });
  const navigate = useNavigate({ from: '/oauth-clients' });
  const providers = useQuery(providersQuery);
  const credential = useQuery({ ...credentialQuery(credentialId), enabled: credentialId !== '' });
  const provider = providers.data?.find(({ id }) => id === tried);
  if (provider === undefined || credential.isLoading) return null;
  const works = credential.data?.status === 'active' && credential.data.provider === provider.id;
  const dismiss = () =>
    void navigate({
      search: ({ workspace, q, mode }) => ({ workspace, q, mode }),
      replace: true,
    });
  return (
    <Alert
      mb="md"
      color={works ? 'green' : 'yellow'}
      variant="light"
      role="status"
      withCloseButton
      closeButtonLabel={t('result.dismiss')}
      onClose={dismiss}
      title={t(works ? 'result.succeeded' : 'result.failed', { provider: provider.label })}
    >
      <Group gap="sm">
        {code !== undefined && (
          <Anchor size="sm" href={`docs/errors/${encodeURIComponent(code)}`} target="_blank" rel="noreferrer">
            <Code>{code}</Code>
          </Anchor>
        )}
        {works && (
          <Text size="sm">
            <Link to="/credentials/$id" params={{ id: credentialId }} search={keepWorkspace}>
              {t('result.show')}
            </Link>
          </Text>
        )}
      </Group>
    </Alert>
  );
}
