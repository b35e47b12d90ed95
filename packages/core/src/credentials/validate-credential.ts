import { requireUse } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import { queueAuthorization } from '../authorizations/queue-authorization.ts';
import { transact, type Context } from '../context.ts';
import { Problem } from '../errors.ts';
import { getCredential } from './get-credential.ts';

/** Queues a check of the key at the provider. @throws Problem `credential_not_found`, `owner_only`, `auth_method_unsupported`, `credential_being_removed` */
export async function validateCredential(ctx: Context, { id }: { id: string }): Promise<Authorization> {
  const credential = await getCredential(ctx, { id });
  requireUse(ctx.actor, credential);
  if (credential.status === 'revoking') throw new Problem('credential_being_removed');
  if (credential.authMethod !== 'api_key') {
    throw new Problem('auth_method_unsupported', {
      detail: 'An OAuth credential is proven by a refresh: use /refresh.',
    });
  }
  return transact(ctx, async (tx) => {
    await recordAudit(tx, { action: 'credential.validate', subject: id });
    return queueAuthorization(tx, { kind: 'validate_key', credential, reason: 'user' });
  });
}
