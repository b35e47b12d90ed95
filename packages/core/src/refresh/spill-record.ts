import type { SpillRecord } from '../spill/index.ts';
import type { Presentation, SealedAnswer } from './answer.ts';

/** An answer as it waits in a file while the database is away. */
export function spillRecord(
  { authorization, credential }: Presentation,
  { journal }: SealedAnswer,
): SpillRecord {
  const { id: journalId, ...entry } = journal;
  return {
    ...entry,
    journalId,
    authorizationId: authorization.id,
    grantId: credential.grantId,
    issuedTo: {
      provider: credential.provider,
      accountId: credential.accountId,
      clientMode: credential.clientMode,
      clientId: credential.clientId,
      clientParams: credential.clientParams,
    },
    receivedAt: new Date(),
  };
}
