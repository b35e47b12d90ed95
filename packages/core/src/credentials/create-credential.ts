import { chooseOwner, type Visibility } from '../access/index.ts';
import { parseFields } from '../auth-methods/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import { queueAuthorization } from '../authorizations/queue-authorization.ts';
import { transact, type Context } from '../context.ts';
import { db, violatedConstraint } from '../db/index.ts';
import { Problem } from '../errors.ts';
import { fieldError } from '../field-rules.ts';
import { newId } from '../ids.ts';
import { requireApiKey, requireProvider } from '../providers/require-provider.ts';
import { credentialColumns, type Credential } from './credential-columns.ts';
import { recordCredentialEvent } from './credential-event.ts';
import { sealPayload } from './payload.ts';
import { placeAmongOthers } from './place-among-others.ts';

export interface CreateCredentialInput {
  readonly provider: string;
  /** ≤ 100 characters; `API key 1`, `API key 2`, … when absent. */
  readonly name?: string | null | undefined;
  readonly fields: Record<string, string>;
  /** `private`: for the person alone who adds it. */
  readonly visibility?: Visibility | undefined;
}

/**
 * Stores an API key, sealed, as `pending`, and queues its validation.
 * @throws Problem `provider_not_found`, `auth_method_unsupported`, `validation_failed`, `name_taken`
 */
export async function createCredential(
  ctx: Context,
  input: CreateCredentialInput,
): Promise<{ credential: Credential; authorization: Authorization }> {
  const owned = chooseOwner(ctx.actor, input.visibility);
  const provider = requireProvider(ctx.catalogue, input.provider);
  const parsed = parseFields(requireApiKey(provider), input.fields);
  if ('errors' in parsed) throw new Problem('validation_failed', { errors: parsed.errors });

  const owner = {
    id: newId('credential'),
    workspaceId: ctx.workspaceId,
    tokenVersion: 1,
    keySalt: ctx.vault.newSalt(),
  };
  const sealed = await sealPayload(ctx, owner, { kind: 'api_key', fields: parsed.ok });
  try {
    return await transact(ctx, async (tx) => {
      const placed = await placeAmongOthers(tx, {
        provider: provider.id,
        name: input.name ?? null,
        suggestion: 'API key',
        visibility: owned.visibility,
      });
      const credential = await db(tx.em)
        .insertInto('credential')
        .values({
          ...owner,
          ...owned,
          ...placed,
          provider: provider.id,
          authMethod: 'api_key',
          status: 'pending',
          health: 'ok',
          scopes: [],
          clientParams: {},
          sealed,
        })
        .returning(credentialColumns)
        .executeTakeFirstOrThrow();
      await recordCredentialEvent(tx, 'created', credential);
      await recordAudit(tx, {
        action: 'credential.create',
        subject: credential.id,
        data: { provider: provider.id, name: credential.name, visibility: owned.visibility },
      });
      const authorization = await queueAuthorization(tx, {
        kind: 'validate_key',
        credential,
        reason: 'user',
      });
      return { credential, authorization };
    });
  } catch (error) {
    throw asNameTaken(error, input.name);
  }
}

export function asNameTaken(error: unknown, name: string | null | undefined): unknown {
  if (violatedConstraint(error) !== 'credential_name') return error;
  return new Problem('name_taken', {
    detail: `A credential of this provider is already called "${name?.trim() ?? ''}".`,
    errors: [fieldError('name', 'taken')],
  });
}
