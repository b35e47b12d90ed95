import { chooseOwner, type Visibility } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { loadCredential } from '../credentials/load-credential.ts';
import { secondsFromNow } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import { fieldError } from '../field-rules.ts';
import { newId } from '../ids.ts';
import { resolveOAuthClient } from '../oauth-clients/index.ts';
import { requireOAuth2, requireProvider } from '../providers/require-provider.ts';
import { authorizationColumns, type Authorization } from './authorization-columns.ts';
import { recordAuthorizationEvent } from './authorization-event.ts';
import { checkReturnUrl } from './check-return-url.ts';
import { browserHash, newToken, ticketMinutes } from './tickets.ts';

export interface StartAuthorizationInput {
  readonly provider: string;
  readonly name?: string | null | undefined;
  /** Connects this credential again instead of making a new one. */
  readonly credentialId?: string | null | undefined;
  readonly returnUrl?: string | null | undefined;
  readonly allowAccountChange?: boolean | undefined;
  readonly confirm?: boolean | undefined;
  /** The binding cookie of the browser that asks: there the link goes on without asking. */
  readonly browser?: string | undefined;
  /** A consent waits until `releaseConsent`; the browser goes here with the code for that. */
  readonly consentUrl?: string | undefined;
  /** Of a new credential. */
  readonly visibility?: Visibility | undefined;
}

/**
 * Starts to connect an account. Nothing is sent anywhere: `authorizationUrl` is our own start page.
 * @throws Problem `provider_not_found`, `auth_method_unsupported`, `oauth_client_missing`, `credential_not_found`,
 * `owner_only`, * `credential_being_removed`, `name_taken`, `validation_failed` (`returnUrl` outside the allow-list)
 */
export async function startAuthorization(
  ctx: Context,
  input: StartAuthorizationInput,
): Promise<{ authorization: Authorization; authorizationUrl: string }> {
  const owned = chooseOwner(ctx.actor, input.visibility);
  const provider = requireProvider(ctx.catalogue, input.provider);
  requireOAuth2(provider);
  checkReturnUrl(ctx, input.returnUrl ?? null);
  if (input.credentialId != null && input.visibility !== undefined) {
    throw new Problem('validation_failed', {
      errors: [{ path: 'visibility', message: 'belongs to a new credential; change it on this one' }],
    });
  }
  if (input.credentialId != null) await checkCredential(ctx, input.credentialId, provider.id);
  else if (input.name != null) await checkName(ctx, provider.id, input.name.trim());
  const client = await resolveOAuthClient(ctx, provider);
  const ticket = newToken();
  return transact(ctx, async (tx) => {
    const row = await db(tx.em)
      .insertInto('authorization')
      .values({
        id: newId('authorization'),
        workspaceId: tx.workspaceId,
        kind: 'exchange_code',
        status: 'awaiting_consent',
        provider: provider.id,
        credentialId: input.credentialId ?? null,
        reason: 'user',
        requestedBy: tx.actor.name,
        ...owned,
        sessionId: tx.actor.type === 'session' ? tx.actor.id : null,
        connect: {
          name: input.name?.trim() || null,
          returnUrl: input.returnUrl ?? null,
          allowAccountChange: input.allowAccountChange ?? false,
          confirm: input.confirm ?? true,
          ...(input.consentUrl === undefined ? {} : { consentUrl: input.consentUrl }),
          ...(input.browser === undefined ? {} : { browserHash: browserHash(tx.vault, input.browser) }),
        },
        ticketHash: tx.vault.lookupHash('ticket', ticket),
        clientMode: client.mode,
        clientId: client.clientId,
        clientParams: client.params,
        keySalt: tx.vault.newSalt(),
        expiresAt: secondsFromNow(ticketMinutes * 60),
      })
      .returning(authorizationColumns)
      .executeTakeFirstOrThrow();
    await recordAuthorizationEvent(tx, 'started', row);
    await recordAudit(tx, {
      action: 'authorization.start',
      subject: row.id,
      data: { provider: provider.id, credentialId: row.credentialId, client: client.mode },
    });
    return { authorization: row, authorizationUrl: `${tx.settings.publicUrl}/oauth/start/${ticket}` };
  });
}

async function checkCredential(ctx: Context, id: string, provider: string): Promise<void> {
  const credential = await loadCredential(ctx, id);
  if (credential.provider !== provider) {
    throw new Problem('credential_not_found', { detail: 'The credential belongs to another provider.' });
  }
  if (credential.status === 'revoking') throw new Problem('credential_being_removed');
  if (credential.authMethod !== 'oauth2') {
    throw new Problem('auth_method_unsupported', {
      detail: 'The credential is an API key: change its fields instead.',
    });
  }
}

/** A courtesy: told now rather than after the consent. The index decides, and then a number is added. */
async function checkName(ctx: Context, provider: string, name: string): Promise<void> {
  const taken = await db(ctx.em)
    .selectFrom('credential')
    .select('id')
    .where('workspaceId', '=', ctx.workspaceId)
    .where('provider', '=', provider)
    .where('name', '=', name)
    .where('status', '<>', 'revoking')
    .executeTakeFirst();
  if (taken !== undefined) throw new Problem('name_taken', { errors: [fieldError('name', 'taken')] });
}
