import { recordAudit } from '../audit/index.ts';
import { checkReturnUrl } from '../authorizations/check-return-url.ts';
import { newToken } from '../authorizations/tickets.ts';
import { transact, type Context } from '../context.ts';
import { loadCredential } from '../credentials/load-credential.ts';
import { secondsFromNow } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import type { FieldError } from '../field-rules.ts';
import { newId } from '../ids.ts';
import { oauth2Method } from '../providers/index.ts';
import { publicOrigin } from '../public-url.ts';
import { mayEmbed } from './check-origin.ts';
import type { ConnectMode, ConnectTheme } from './connect-session.entity.ts';

/** How long the page may be used. */
const sessionMinutes = 30;

export interface CreateConnectSessionInput {
  /** What may be connected; every provider when absent. */
  readonly providers?: readonly string[] | null | undefined;
  /** The one credential that may be connected again. */
  readonly credentialId?: string | null | undefined;
  readonly mode?: ConnectMode | undefined;
  readonly returnUrl?: string | null | undefined;
  readonly allowedOrigins?: readonly string[] | undefined;
  readonly state?: string | null | undefined;
  /** S256 [RFC 7636 §4.2]: accounts alone, whose consent counts once `verifyConsent` says so. */
  readonly codeChallenge?: string | null | undefined;
  readonly locale?: string | null | undefined;
  readonly theme?: ConnectTheme | undefined;
  readonly accent?: string | null | undefined;
}

/**
 * Makes the address at which a person makes one connection. Whoever has it may do that, so it goes to that person alone.
 * @throws Problem `validation_failed`, `credential_not_found`, `owner_only`, `credential_being_removed`,
 * `auth_method_unsupported` (a key with a `codeChallenge`), `unauthenticated` (its token is gone)
 */
export async function createConnectSession(
  ctx: Context,
  input: CreateConnectSessionInput,
): Promise<{ id: string; url: string; expiresAt: Date }> {
  const { providers = null, credentialId = null, mode = 'popup' } = input;
  const errors = findErrors(ctx, input);
  if (errors.length > 0) throw new Problem('validation_failed', { errors });
  checkReturnUrl(ctx, input.returnUrl ?? null);
  if (credentialId !== null) {
    const { status, authMethod } = await loadCredential(ctx, credentialId);
    if (status === 'revoking') throw new Problem('credential_being_removed');
    if (authMethod === 'api_key' && input.codeChallenge != null)
      throw new Problem('auth_method_unsupported', {
        detail: 'A codeChallenge is for accounts, not for keys.',
      });
  }
  const token = newToken();
  return transact(ctx, async (tx) => {
    await holdOwnToken(tx);
    const row = await db(tx.em)
      .insertInto('connect_session')
      .values({
        id: newId('connectSession'),
        workspaceId: tx.workspaceId,
        tokenHash: tx.vault.lookupHash('connect_session', token),
        requestedBy: tx.actor.name,
        serviceTokenId: tx.actor.type === 'service_token' ? tx.actor.id : null,
        owner: tx.actor.subject,
        providers: providers === null ? null : [...new Set(providers)],
        credentialId,
        mode,
        returnUrl: input.returnUrl ?? null,
        allowedOrigins: [...new Set(input.allowedOrigins)],
        state: input.state ?? null,
        codeChallenge: input.codeChallenge ?? null,
        locale: input.locale ?? null,
        theme: input.theme ?? 'system',
        accent: input.accent ?? null,
        authorizationIds: [],
        expiresAt: secondsFromNow(sessionMinutes * 60),
      })
      .returning(['id', 'expiresAt'])
      .executeTakeFirstOrThrow();
    await recordAudit(tx, {
      action: 'connect_session.create',
      subject: row.id,
      data: {
        providers,
        credentialId,
        mode,
        allowedOrigins: input.allowedOrigins ?? [],
        bound: input.codeChallenge != null,
      },
    });
    return { ...row, url: `${tx.settings.publicUrl}/connect/session/${token}` };
  });
}

/** A process may know a token for some seconds more after it was revoked: what it makes then would not end with it. */
async function holdOwnToken({ em, actor }: Context): Promise<void> {
  if (actor.type !== 'service_token') return;
  const token = await db(em)
    .selectFrom('service_token')
    .select('id')
    .where('id', '=', actor.id)
    .forKeyShare()
    .executeTakeFirst();
  if (token === undefined) throw new Problem('unauthenticated', { detail: 'The token was revoked.' });
}

function findErrors(ctx: Context, input: CreateConnectSessionInput): FieldError[] {
  const { providers = null, credentialId = null, mode, returnUrl = null, allowedOrigins = [] } = input;
  const { publicUrl, returnUrlOrigins } = ctx.settings;
  const isBound = input.codeChallenge != null;
  const errors: FieldError[] = [];
  if (providers !== null && credentialId !== null)
    errors.push({ path: 'providers', message: 'is not for a credential that is connected again' });
  for (const [index, id] of (providers ?? []).entries()) {
    const provider = ctx.catalogue.get(id);
    if (provider === undefined) errors.push({ path: `providers.${index}`, message: 'is not a provider' });
    else if (isBound && oauth2Method(provider) === null)
      errors.push({ path: `providers.${index}`, message: 'has no accounts, which a codeChallenge is for' });
  }
  for (const [index, origin] of allowedOrigins.entries()) {
    if (!mayEmbed(origin, [publicOrigin(publicUrl), ...returnUrlOrigins]))
      errors.push({
        path: `allowedOrigins.${index}`,
        message:
          'must be an exact origin such as https://app.example.com: https, loopback, or one of RETURN_URL_ORIGINS',
      });
  }
  if (mode === 'redirect' && returnUrl === null)
    errors.push({ path: 'returnUrl', message: 'is required with the mode "redirect"' });
  if (isBound && returnUrl === null)
    errors.push({ path: 'returnUrl', message: 'is required with a codeChallenge: it gets the consentCode' });
  if (mode === 'iframe' && allowedOrigins.length === 0)
    errors.push({ path: 'allowedOrigins', message: 'is required with the mode "iframe"' });
  return errors;
}
