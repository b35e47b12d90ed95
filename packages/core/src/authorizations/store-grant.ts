import { sql } from 'kysely';
import type { Account, OAuthClient, TokenGrant } from '../auth-methods/index.ts';
import { credentialAccess, type Owned } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import {
  credentialColumns,
  findCredential,
  placeAmongOthers,
  recordCredentialEvent,
  sealPayload,
  soundColumns,
  type Credential,
  type CredentialRow,
} from '../credentials/index.ts';
import { now, secondsFromNow } from '../db/database-time.ts';
import { db, violatedConstraint } from '../db/index.ts';
import { Failure } from '../errors.ts';
import { newId } from '../ids.ts';
import { unflagOAuthClient } from '../oauth-clients/index.ts';
import { requireOAuth2 } from '../providers/require-provider.ts';
import type { Provider } from '../providers/index.ts';
import type { Authorization } from './authorization-columns.ts';
import type { ConnectInput } from './authorization.entity.ts';
import { succeed } from './run.ts';
import { grantFingerprint, tokenChanges, toPayload } from './token-changes.ts';

interface Issued {
  readonly provider: Provider;
  readonly client: OAuthClient;
  readonly grant: TokenGrant;
  readonly account: Account | null;
  readonly presentedAt: Date;
}

/**
 * Stores what a code was exchanged for: a new credential, or new tokens of the one that is connected again, whose
 * name and default marker stay.
 * @throws Failure `account_mismatch`, `credential_gone`
 */
export async function storeGrant(
  ctx: Context,
  authorization: Authorization,
  issued: Issued,
): Promise<Credential> {
  const { connect, ...owned } = await db(ctx.em)
    .selectFrom('authorization')
    .select(['connect', 'owner', 'visibility'])
    .where('id', '=', authorization.id)
    .executeTakeFirstOrThrow();
  if (authorization.credentialId !== null) {
    const existing = await findCredential(ctx, authorization.credentialId);
    // It may have become private since somebody else started to connect it again.
    const starter = { type: 'session', role: 'editor', subject: owned.owner } as const;
    if (existing !== undefined && credentialAccess(starter, existing) !== 'use')
      throw new Failure('credential_gone');
    return replaceGrant(ctx, authorization, issued, existing, connect?.allowAccountChange ?? false);
  }
  try {
    return await createFromGrant(ctx, authorization, issued, owned, connect?.name ?? null, connect);
  } catch (error) {
    // The name was taken while the person was at the provider: a connection is worth more than its name.
    if (violatedConstraint(error) !== 'credential_name') throw error;
    return createFromGrant(ctx, authorization, issued, owned, null, connect);
  }
}

async function createFromGrant(
  ctx: Context,
  authorization: Authorization,
  issued: Issued,
  owned: Owned,
  name: string | null,
  connect: ConnectInput | null,
): Promise<Credential> {
  const payload = toPayload(issued.grant, null);
  const owner = {
    id: newId('credential'),
    workspaceId: ctx.workspaceId,
    tokenVersion: 1,
    keySalt: ctx.vault.newSalt(),
  };
  const sealed = await sealPayload(ctx, owner, payload);
  const suggestion = connect?.name ?? issued.account?.name ?? issued.provider.label;
  return transact(ctx, async (tx) => {
    const placed = await placeAmongOthers(tx, {
      provider: issued.provider.id,
      name,
      suggestion,
      visibility: owned.visibility,
    });
    const credential = await db(tx.em)
      .insertInto('credential')
      .values({
        ...owner,
        ...owned,
        ...placed,
        ...grantColumns(ctx, issued, payload),
        grantId: authorization.id,
        provider: issued.provider.id,
        authMethod: 'oauth2',
        status: 'active',
        health: 'ok',
        sealed,
      })
      .returning(credentialColumns)
      .executeTakeFirstOrThrow();
    await recordCredentialEvent(tx, 'created', credential);
    await finish(tx, authorization, issued, credential);
    return credential;
  });
}

async function replaceGrant(
  ctx: Context,
  authorization: Authorization,
  issued: Issued,
  existing: CredentialRow | undefined,
  allowAccountChange: boolean,
): Promise<Credential> {
  if (existing === undefined || existing.status === 'revoking') throw new Failure('credential_gone');
  const account = issued.account?.id ?? null;
  if (
    !allowAccountChange &&
    existing.accountId !== null &&
    account !== null &&
    account !== existing.accountId
  ) {
    throw new Failure('account_mismatch', {
      detail: `${issued.account?.name ?? 'Another account'} was connected, but this credential belongs to ${existing.accountName ?? 'a different account'}.`,
    });
  }
  const payload = toPayload(issued.grant, null);
  const tokenVersion = existing.tokenVersion + 1;
  const sealed = await sealPayload(ctx, { ...existing, tokenVersion }, payload);
  return transact(ctx, async (tx) => {
    const credential = await db(tx.em)
      .updateTable('credential')
      .set({
        ...grantColumns(ctx, issued, payload),
        grantId: authorization.id,
        sealed,
        tokenVersion,
        // A refresh in flight holds an older fence: what it brings can no longer replace the new grant.
        fence: sql<number>`fence + 1`,
        leaseOwner: null,
        leaseUntil: null,
        status: 'active',
        ...soundColumns,
        updatedAt: now,
      })
      .where('id', '=', existing.id)
      .where('tokenVersion', '=', existing.tokenVersion)
      .where('status', '<>', 'revoking')
      .returning(credentialColumns)
      .executeTakeFirst();
    // A refresh landed in between: read again and seal for the version after it.
    if (credential === undefined)
      throw new Error('the credential changed while its new grant was being stored');
    await finish(tx, authorization, issued, credential);
    return credential;
  });
}

async function finish(
  tx: Context,
  authorization: Authorization,
  { provider, client }: Issued,
  credential: Credential,
): Promise<void> {
  await recordCredentialEvent(tx, 'activated', credential);
  await recordAudit(tx, {
    action: 'token.exchange',
    subject: credential.id,
    data: { provider: credential.provider, authorizationId: authorization.id, scopes: credential.scopes },
  });
  await unflagOAuthClient(tx, { provider: provider.id, client });
  await succeed(tx, authorization.id, { credentialId: credential.id });
}

function grantColumns(
  ctx: Context,
  { provider, client, grant, account, presentedAt }: Issued,
  payload: ReturnType<typeof toPayload>,
) {
  const method = requireOAuth2(provider);
  const { absoluteDays } = method.refresh;
  return {
    ...tokenChanges(method, grant, payload, presentedAt),
    accountId: account?.id ?? null,
    accountName: account?.name ?? null,
    accountAvatarUrl: account?.avatarUrl ?? null,
    scopes: payload.scopes,
    clientMode: client.mode,
    clientId: client.clientId,
    clientParams: client.params,
    grantFingerprint: grantFingerprint(ctx, payload),
    reconnectBy: absoluteDays === null ? null : secondsFromNow(absoluteDays * 86_400),
    lastRefreshedAt: now,
  };
}
