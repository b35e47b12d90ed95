import type { Credential } from '@latchkey/api/answers.ts';
import { useTranslation } from 'react-i18next';
import { credentialState } from './credential-state.ts';
import { StatusBadge } from './status-badge.tsx';
import { useNow } from './use-now.ts';

/** The state of a credential as it is now. */
export function CredentialBadge({ credential }: { readonly credential: Credential }) {
  const { t } = useTranslation();
  const { word, tone } = credentialState(credential, useNow());
  return <StatusBadge tone={tone}>{t(`status.${word}`)}</StatusBadge>;
}
