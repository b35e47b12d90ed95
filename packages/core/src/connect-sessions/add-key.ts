import type { Authorization } from '../authorizations/authorization-columns.ts';
import type { Context } from '../context.ts';
import { createCredential } from '../credentials/create-credential.ts';
import { updateCredential } from '../credentials/update-credential.ts';
import { Problem } from '../errors.ts';
import { apiKeyMethod } from '../providers/index.ts';
import { asAttempt } from './attempt.ts';
import { attemptsOf, loadSession, requireOpen } from './load-session.ts';
import { requirePermitted } from './permitted-provider.ts';
import { findEnteredKey, takeBackKeys } from './take-back.ts';

export interface AddKeyInput {
  readonly provider: string;
  readonly name?: string | null | undefined;
  readonly fields: Record<string, string>;
}

/**
 * Takes a key from the connect page: for the credential of the session, for the one that a key before has made, or for a
 * new one.
 * @throws Problem as `createCredential` and `updateCredential`; `connect_session_over`, `authorization_not_cancellable`,
 * `auth_method_unsupported` also where the session is for accounts alone
 */
export async function addKey(ctx: Context, { provider, name, fields }: AddKeyInput): Promise<Authorization> {
  const session = await loadSession(ctx, { id: ctx.actor.id });
  requireOpen(session, await attemptsOf(ctx, session));
  if (apiKeyMethod(await requirePermitted(ctx, session, provider)) === null)
    throw new Problem('auth_method_unsupported', { detail: 'This session takes no keys for this provider.' });
  const id = session.credentialId ?? (await findEnteredKey(ctx, session, provider));
  if (id === null) {
    await takeBackKeys(ctx, session);
    const { authorization } = await createCredential(asAttempt(ctx), { provider, name, fields });
    return authorization;
  }
  const rename = session.credentialId === null && name != null ? { name } : {};
  const { authorization } = await updateCredential(asAttempt(ctx), { id, fields, ...rename });
  if (authorization === null) throw new Problem('internal_error');
  return authorization;
}
