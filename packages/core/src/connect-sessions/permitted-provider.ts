import type { Context } from '../context.ts';
import { findCredential } from '../credentials/load-credential.ts';
import { Problem } from '../errors.ts';
import { oauth2Method, type Provider } from '../providers/index.ts';
import type { ConnectSession } from './load-session.ts';

/** What a session may connect: those it was made for, the one of its credential, or all. */
export async function permittedProviders(
  ctx: Context,
  session: ConnectSession,
): Promise<readonly Provider[]> {
  const { providers, credentialId, codeChallenge } = session;
  const all = codeChallenge === null ? ctx.catalogue.list() : ctx.catalogue.list().flatMap(accountsOf);
  if (credentialId !== null) {
    const credential = await findCredential(ctx, credentialId);
    return all.filter(({ id }) => id === credential?.provider);
  }
  return providers === null ? all : all.filter(({ id }) => providers.includes(id));
}

/** A key is at hand the moment it is typed: where a consent has to be verified, there are accounts alone. */
function accountsOf(provider: Provider): Provider[] {
  const method = oauth2Method(provider);
  return method === null ? [] : [{ ...provider, authMethods: [method] }];
}

/** @returns it, with the methods that the session is for @throws Problem `provider_not_found` */
export async function requirePermitted(
  ctx: Context,
  session: ConnectSession,
  provider: string,
): Promise<Provider> {
  const permitted = (await permittedProviders(ctx, session)).find(({ id }) => id === provider);
  if (permitted !== undefined) return permitted;
  throw new Problem('provider_not_found', { detail: 'This session is not for this provider.' });
}
