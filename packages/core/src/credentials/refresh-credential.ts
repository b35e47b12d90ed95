import { requireUse } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import { queueAuthorization } from '../authorizations/queue-authorization.ts';
import { transact, type Context } from '../context.ts';
import { Problem } from '../errors.ts';
import { connectUrl } from './connect-url.ts';
import { getCredential } from './get-credential.ts';

/** Queues a refresh now. @throws Problem `credential_not_found`, `owner_only`, `auth_method_unsupported`, `reauthorization_required`, `credential_being_removed` */
export async function refreshCredential(ctx: Context, { id }: { id: string }): Promise<Authorization> {
  const credential = await getCredential(ctx, { id });
  requireUse(ctx.actor, credential);
  if (credential.status === 'revoking') throw new Problem('credential_being_removed');
  if (credential.authMethod !== 'oauth2') {
    throw new Problem('auth_method_unsupported', { detail: 'An API key is not refreshed: use /validate.' });
  }
  if (credential.status === 'reauthorization_required') {
    throw new Problem('reauthorization_required', {
      extensions: { connectUrl: connectUrl(ctx.settings, id) },
    });
  }
  return transact(ctx, async (tx) => {
    await recordAudit(tx, { action: 'credential.refresh', subject: id });
    return queueAuthorization(tx, { kind: 'refresh_token', credential, reason: 'user' });
  });
}
