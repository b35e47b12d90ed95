import { sql } from 'kysely';
import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import { recordEvent } from '../events/index.ts';
import { fieldError, type FieldError } from '../field-rules.ts';
import { newId } from '../ids.ts';
import type { OAuth2Method } from '../providers/index.ts';
import { requireOAuth2, requireProvider } from '../providers/require-provider.ts';
import type { Secret } from '../secret.ts';
import { describeOAuthClient, type OAuthClientDescription } from './describe-oauth-client.ts';
import { findCustomClient } from './resolve-oauth-client.ts';

export interface SetOAuthClientInput {
  readonly provider: string;
  readonly clientId: string;
  /** Omitted: the stored secret stays. */
  readonly clientSecret?: Secret | undefined;
  readonly params?: Record<string, string> | undefined;
  readonly enabled?: boolean | undefined;
}

/** Stores the workspace's own client. Switching it on or off keeps its secret. @throws Problem `validation_failed` */
export async function setOAuthClient(
  ctx: Context,
  input: SetOAuthClientInput,
): Promise<OAuthClientDescription> {
  const provider = requireProvider(ctx.catalogue, input.provider);
  const method = requireOAuth2(provider);
  const stored = await findCustomClient(ctx, provider.id);
  const params = readParams(method, { ...stored?.params, ...input.params });
  const id = stored?.id ?? newId('oauthClient');
  const keySalt = stored?.keySalt ?? ctx.vault.newSalt();
  const version = (stored?.version ?? 0) + (input.clientSecret === undefined ? 0 : 1);
  const place = { workspaceId: ctx.workspaceId, record: id, field: 'client_secret', version };
  // Only a new secret is written: what is stored may have been sealed anew since it was read.
  const secret =
    input.clientSecret === undefined
      ? {}
      : { sealed: await ctx.vault.seal(place, keySalt, input.clientSecret.reveal()) };
  const values = {
    clientId: input.clientId,
    params,
    enabled: input.enabled ?? stored?.enabled ?? true,
    version,
    keySalt,
    ...secret,
  };

  await transact(ctx, async (tx) => {
    // A second writer that read the same stored row would seal for a version that is gone: it is told to try again.
    const written =
      stored === undefined
        ? await db(tx.em)
            .insertInto('oauth_client')
            .values({ id, workspaceId: tx.workspaceId, provider: provider.id, ...values })
            .onConflict((conflict) => conflict.doNothing())
            .returning('id')
            .executeTakeFirst()
        : await db(tx.em)
            .updateTable('oauth_client')
            .set({ ...values, updatedAt: now })
            .where('id', '=', id)
            .where('version', '=', stored.version)
            .returning('id')
            .executeTakeFirst();
    if (written === undefined)
      throw new Problem('service_unavailable', {
        detail: 'The client was changed at the same time.',
        retryAfterSeconds: 1,
      });
    await db(tx.em)
      .deleteFrom('oauth_client_flag')
      .where('workspaceId', '=', tx.workspaceId)
      .where('provider', '=', provider.id)
      .execute();
    await releaseCredentials(tx, provider.id, input.clientId);
    await recordEvent(tx, {
      type: 'latchkey.oauth_client.changed',
      subject: provider.id,
      data: { provider: provider.id, mode: values.enabled ? 'custom' : 'default', clientId: input.clientId },
    });
    await recordAudit(tx, {
      action: 'oauth_client.set',
      subject: provider.id,
      data: {
        clientId: input.clientId,
        enabled: values.enabled,
        secretChanged: input.clientSecret !== undefined,
      },
    });
  });
  return describeOAuthClient(ctx, input);
}

/** Those that the client before this one failed are refreshed at once, by and by. */
async function releaseCredentials(tx: Context, provider: string, clientId: string): Promise<void> {
  await db(tx.em)
    .updateTable('credential')
    .set({ refreshNotBefore: null, nextRefreshAt: sql<Date>`now() + random() * interval '10 s'` })
    .where('workspaceId', '=', tx.workspaceId)
    .where('provider', '=', provider)
    .where('clientMode', '=', 'custom')
    .where('clientId', '=', clientId)
    .where('status', '=', 'active')
    .where('lastErrorCode', '=', 'client_misconfigured')
    .execute();
}

function readParams(method: OAuth2Method, given: Record<string, string>): Record<string, string> {
  const known = method.clientParams;
  const errors: FieldError[] = Object.keys(given)
    .filter((name) => !known.some((param) => param.name === name))
    .map((name) => fieldError(`params.${name}`, 'unknown'));
  const params: Record<string, string> = {};
  for (const param of known) {
    const value = (given[param.name] ?? param.default).trim();
    if (!new RegExp(`^(?:${param.pattern})$`).test(value)) {
      errors.push(fieldError(`params.${param.name}`, 'pattern', { pattern: param.pattern }));
    }
    params[param.name] = value;
  }
  if (errors.length > 0) throw new Problem('validation_failed', { errors });
  return params;
}
