import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { revocationQuery } from '../../api/revocation.ts';

interface RevocationResultProps {
  readonly credentialId: string;
  /** As people call it. */
  readonly provider: string;
}

/** What became of the grant or the key at the provider. */
export function RevocationResult({ credentialId, provider }: RevocationResultProps) {
  const { t } = useTranslation('credential');
  const { data: outcome = null } = useQuery(revocationQuery(credentialId));
  if (outcome === null) return null;
  return (
    <Text size="sm" role="status" data-revocation={outcome}>
      {t(`revocation.${outcome}`, { provider })}
    </Text>
  );
}
