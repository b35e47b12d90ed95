import { credentialAccess } from '../access/index.ts';
import type { Context } from '../context.ts';
import { findCredential } from '../credentials/load-credential.ts';
import { Problem } from '../errors.ts';
import { loadSession, type ConnectSession } from './load-session.ts';

/** @throws Problem `connect_session_not_found`, also for what is private to somebody else */
export async function loadVisibleSession(ctx: Context, { id }: { id: string }): Promise<ConnectSession> {
  const session = await loadSession(ctx, { id });
  if (session.credentialId !== null) {
    const credential = await findCredential(ctx, session.credentialId);
    if (credential !== undefined && credentialAccess(ctx.actor, credential) === 'none')
      throw new Problem('connect_session_not_found');
  }
  return session;
}
