import { cancelAuthorization } from '../authorizations/cancel-authorization.ts';
import type { Context } from '../context.ts';
import { deleteCredential } from '../credentials/delete-credential.ts';
import { findCredential } from '../credentials/load-credential.ts';
import { attemptsOf, type ConnectSession } from './load-session.ts';

/** The credentials that keys entered on the page have made. */
async function keysOf(ctx: Context, session: ConnectSession): Promise<Map<string, readonly string[]>> {
  const keys = new Map<string, readonly string[]>();
  for (const { id, kind, credentialId, status } of await attemptsOf(ctx, session)) {
    if (kind !== 'validate_key' || credentialId === null || credentialId === session.credentialId) continue;
    const atWork = status === 'queued' || status === 'running' ? [id] : [];
    keys.set(credentialId, [...(keys.get(credentialId) ?? []), ...atWork]);
  }
  return keys;
}

/** The credential of a provider that a key entered before has made, and that was never good for anything. */
export async function findEnteredKey(
  ctx: Context,
  session: ConnectSession,
  provider: string,
): Promise<string | null> {
  for (const id of (await keysOf(ctx, session)).keys()) {
    const credential = await findCredential(ctx, id);
    if (credential?.provider === provider && isUnproven(credential.status)) return id;
  }
  return null;
}

function isUnproven(status: string): boolean {
  return status === 'pending' || status === 'invalid';
}

/**
 * Deletes what keys entered on the page have left behind when the person chose another way, or none: no second
 * credential appears, and none that does not work.
 * @throws Problem `authorization_not_cancellable` while one of them is being checked
 */
export async function takeBackKeys(ctx: Context, session: ConnectSession): Promise<void> {
  for (const [id, atWork] of await keysOf(ctx, session)) {
    const credential = await findCredential(ctx, id);
    if (credential === undefined || !isUnproven(credential.status)) continue;
    for (const authorizationId of atWork) await cancelAuthorization(ctx, { id: authorizationId });
    await deleteCredential(ctx, { id, force: true });
  }
}
