import type { Overview } from '@latchkey/api/answers.ts';
import { Alert, List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { listCredentials } from '../../api/credentials.ts';
import { CredentialTrouble } from '../../ui/credential-trouble.tsx';
import { ShowLink } from '../data-sources/show-link.tsx';

/** Most that are named per group. */
const most = 5;

/** What does not work until a person acts, by who that is. */
export function Someone({ needSomeone }: { readonly needSomeone: Overview['needSomeone'] }) {
  const { t } = useTranslation('overview');
  const { total, user, admin } = needSomeone;
  if (total === 0)
    return (
      <Alert color="green" variant="light" mb="md" icon="✓" data-someone={0}>
        {t('someone.none')}
      </Alert>
    );
  return (
    <Alert
      color="yellow"
      variant="default"
      bd="1px solid yellow.6"
      icon="!"
      mb="md"
      title={t('someone.title', { count: total })}
      data-someone={total}
    >
      {user > 0 && <Group needs="user" count={user} />}
      {admin > 0 && <Group needs="admin" count={admin} />}
      <ShowLink size="sm" show="someone">
        {t('someone.all')}
      </ShowLink>
    </Alert>
  );
}

function Group({ needs, count }: { readonly needs: 'user' | 'admin'; readonly count: number }) {
  const { t } = useTranslation('overview');
  const { data } = useQuery({
    queryKey: ['credentials', '*', { needs, most }],
    queryFn: ({ signal }) => listCredentials({ needs, limit: most }, signal),
  });
  return (
    <>
      <Text size="sm">
        <ShowLink size="sm" show={needs}>
          {t(`someone.${needs}`, { count })}
        </ShowLink>
      </Text>
      <List size="sm" mb="xs">
        {data?.items.map((credential) => (
          <List.Item key={credential.id} data-needs={needs}>
            <CredentialTrouble credential={credential} />
          </List.Item>
        ))}
      </List>
    </>
  );
}
