import type { Context } from '../context.ts';
import { eventError, recordEvent, type RefreshFacts } from '../events/index.ts';
import type { Credential } from './credential-columns.ts';

type Happened =
  | 'created'
  | 'activated'
  | 'refreshed'
  | 'refresh_failed'
  | 'reauthorization_required'
  | 'invalid'
  | 'renamed'
  | 'default_changed'
  | 'visibility_changed'
  | 'revoked'
  | 'deleted';

/**
 * Records what happened to a credential, in the caller's transaction: facts only, never a secret.
 * @param refresh of `refreshed`, `refresh_failed` and `reauthorization_required` only
 */
export async function recordCredentialEvent(
  tx: Context,
  happened: Happened,
  credential: Pick<
    Credential,
    'id' | 'provider' | 'name' | 'status' | 'health' | 'tokenVersion' | 'lastErrorCode' | 'lastErrorMessage'
  >,
  refresh?: RefreshFacts,
): Promise<void> {
  await recordEvent(tx, {
    type: `latchkey.credential.${happened}`,
    subject: credential.id,
    data: {
      provider: credential.provider,
      name: credential.name,
      status: credential.status,
      health: credential.health,
      tokenVersion: credential.tokenVersion,
      error:
        credential.lastErrorCode === null
          ? null
          : eventError(credential.lastErrorCode, credential.lastErrorMessage ?? undefined),
      ...(refresh === undefined ? {} : { refresh }),
    },
  });
}
