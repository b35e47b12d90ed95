import type { AuditEntry, Page } from '@latchkey/api/answers.ts';
import { queryOptions } from '@tanstack/react-query';
import { call } from './call.ts';

/** How the provider's side of a removal ended. */
const revocations = ['revoked', 'already_gone', 'unsupported', 'shared', 'not_needed', 'failed'] as const;
export type Revocation = (typeof revocations)[number];

const mostTries = 10;

async function getRevocation(credentialId: string, signal: AbortSignal): Promise<Revocation | null> {
  const query = { subject: credentialId, action: 'credential.erased', limit: 1 };
  const { items } = await call<Page<AuditEntry>>('GET', '/v1/audit', { query, signal });
  return revocations.find((outcome) => outcome === items[0]?.data['revocation']) ?? null;
}

/** What the audit says of a credential that was removed; its entry comes about a second after. */
export const revocationQuery = (credentialId: string) =>
  queryOptions({
    queryKey: ['revocation', credentialId],
    queryFn: ({ signal }) => getRevocation(credentialId, signal),
    refetchInterval: ({ state: { data, dataUpdateCount } }) =>
      typeof data === 'string' || dataUpdateCount >= mostTries ? false : 500,
  });
