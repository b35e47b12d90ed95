import type { EntityManager } from '@mikro-orm/postgresql';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import type { CredentialRow } from '../credentials/index.ts';
import { db } from '../db/index.ts';
import { newId } from '../ids.ts';

interface Attempt {
  readonly authorization: Pick<Authorization, 'id' | 'reason'>;
  readonly credential: CredentialRow;
  readonly fence: number;
  readonly takeover: boolean;
}

/** Before a refresh token leaves: that it was presented, until an end is known. @returns the id of the attempt */
export async function recordAttempt(
  em: EntityManager,
  { authorization, credential, fence, takeover }: Attempt,
): Promise<string> {
  const id = newId('attempt');
  await db(em)
    .insertInto('refresh_attempt')
    .values({
      id,
      workspaceId: credential.workspaceId,
      credentialId: credential.id,
      authorizationId: authorization.id,
      fence,
      tokenVersion: credential.tokenVersion,
      grantFingerprint: credential.grantFingerprint,
      state: 'presented',
      reason: authorization.reason,
      takeover,
    })
    .execute();
  return id;
}
