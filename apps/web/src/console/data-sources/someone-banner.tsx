import { Alert, List } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { credentialsQuery } from '../../api/queries.ts';
import { CredentialTrouble } from '../../ui/credential-trouble.tsx';
import { ShowLink } from './show-link.tsx';

/** Most that are named; there may be more. */
const most = 5;

const ranks = { user: 0, admin: 1, nobody: 2 } as const;

/** What waits for a person, who can mend it at once first. */
export function SomeoneBanner() {
  const { t } = useTranslation('data-sources');
  const { data = [], hasNextPage } = useInfiniteQuery(credentialsQuery('*', { needs: 'someone' }));
  if (data.length === 0) return null;
  const first = data
    .toSorted((one, other) => ranks[one.lastError?.actor ?? 'user'] - ranks[other.lastError?.actor ?? 'user'])
    .slice(0, most);
  const count = data.length;
  return (
    <Alert
      color="yellow"
      mb="md"
      title={hasNextPage ? t('someoneMore', { count }) : t('someone', { count })}
      data-someone
    >
      <List size="sm">
        {first.map((credential) => (
          <List.Item key={credential.id}>
            <CredentialTrouble credential={credential} />
          </List.Item>
        ))}
        {count > most && (
          <List.Item>
            <ShowLink size="sm" show="someone">
              {t('andMore', { count: count - most })}
            </ShowLink>
          </List.Item>
        )}
      </List>
    </Alert>
  );
}
