import type { Authorization } from '../authorizations/authorization-columns.ts';
import type { Context } from '../context.ts';
import type { Credential } from '../credentials/credential-columns.ts';
import { getCredential } from '../credentials/get-credential.ts';
import { db } from '../db/index.ts';
import { getOAuthClient } from '../oauth-clients/index.ts';
import { oauth2Method, type Provider } from '../providers/index.ts';
import { attemptsOf, loadSession, type ConnectSession } from './load-session.ts';
import { outcomeOf, type ConnectOutcome } from './outcome.ts';
import { permittedProviders } from './permitted-provider.ts';

/** Everything that the connect page shows. */
export interface ReadConnectSession {
  readonly session: ConnectSession;
  readonly workspaceName: string;
  readonly credential: Credential | null;
  readonly providers: readonly { readonly provider: Provider; readonly hasClient: boolean }[];
  readonly attempts: readonly Authorization[];
  readonly outcome: ConnectOutcome;
}

/** The session that asks. @throws Problem `connect_session_not_found`, `credential_not_found` */
export async function readConnectSession(ctx: Context): Promise<ReadConnectSession> {
  const session = await loadSession(ctx, { id: ctx.actor.id });
  const attempts = await attemptsOf(ctx, session);
  const { name } = await db(ctx.em)
    .selectFrom('workspace')
    .select('name')
    .where('id', '=', ctx.workspaceId)
    .executeTakeFirstOrThrow();
  const { credentialId } = session;
  const permitted = await permittedProviders(ctx, session);
  return {
    session,
    workspaceName: name,
    credential: credentialId === null ? null : await getCredential(ctx, { id: credentialId }),
    providers: await Promise.all(
      permitted.map(async (provider) => ({ provider, hasClient: await hasClient(ctx, provider) })),
    ),
    attempts,
    outcome: await outcomeOf(ctx, session, attempts),
  };
}

async function hasClient(ctx: Context, provider: Provider): Promise<boolean> {
  if (oauth2Method(provider) === null) return false;
  const { mode } = await getOAuthClient(ctx, { provider: provider.id });
  return mode !== 'none';
}
