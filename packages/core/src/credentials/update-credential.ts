import { requireUse, type Visibility } from '../access/index.ts';
import { parseFields } from '../auth-methods/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import { queueAuthorization } from '../authorizations/queue-authorization.ts';
import { transact, type Context } from '../context.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import { fieldError } from '../field-rules.ts';
import { requireApiKey, requireProvider } from '../providers/require-provider.ts';
import { changeVisibility } from './change-visibility.ts';
import { asNameTaken } from './create-credential.ts';
import type { Credential, CredentialRow } from './credential-columns.ts';
import { recordCredentialEvent } from './credential-event.ts';
import { getCredential } from './get-credential.ts';
import { loadCredential } from './load-credential.ts';
import { openPayloadOf, sealPayload } from './payload.ts';
import { lockProvider } from './place-among-others.ts';
import { credentialStatusesBefore } from './status.ts';

export interface UpdateCredentialInput {
  readonly id: string;
  readonly name?: string | undefined;
  readonly isDefault?: boolean | undefined;
  readonly visibility?: Visibility | undefined;
  /** New key fields; an omitted field keeps its value. */
  readonly fields?: Record<string, string> | undefined;
}

/**
 * Renames, makes default, changes who sees it, replaces key fields. A new key takes the place of the old one at once and is validated.
 * @throws Problem `credential_not_found`, `owner_only`, `credential_being_removed`, `name_taken`, `validation_failed`
 */
export async function updateCredential(
  ctx: Context,
  input: UpdateCredentialInput,
): Promise<{ credential: Credential; authorization: Authorization | null }> {
  const row = await loadCredential(ctx, input.id);
  if (row.status === 'revoking') throw new Problem('credential_being_removed');
  if (input.isDefault === false && row.isDefault) {
    throw new Problem('validation_failed', {
      errors: [fieldError('isDefault', 'default_stays')],
    });
  }
  if (input.isDefault === true && (input.visibility ?? row.visibility) === 'private') {
    throw new Problem('validation_failed', {
      errors: [fieldError('isDefault', 'default_private')],
    });
  }
  const renewed = input.fields === undefined ? null : await sealNewFields(ctx, row, input.fields);
  try {
    return await transact(ctx, async (tx) => {
      await holdForChange(tx, row, input);
      if (input.visibility !== undefined) await changeVisibility(tx, row, input.visibility);
      if (input.name !== undefined && input.name.trim() !== row.name)
        await rename(tx, row, input.name.trim());
      if (input.isDefault === true) await makeDefault(tx, row);
      const authorization = renewed === null ? null : await replaceFields(tx, row, renewed);
      await recordAudit(tx, {
        action: 'credential.update',
        subject: row.id,
        data: {
          name: input.name ?? null,
          isDefault: input.isDefault ?? null,
          visibility: input.visibility ?? null,
          fields: Object.keys(input.fields ?? {}),
        },
      });
      return { credential: await getCredential(tx, { id: row.id }), authorization };
    });
  } catch (error) {
    throw asNameTaken(error, input.name);
  }
}

/** Locks the row until the end; what was decided about the one that was read holds for it. */
async function holdForChange(tx: Context, row: CredentialRow, input: UpdateCredentialInput): Promise<void> {
  if (input.isDefault === true || input.visibility !== undefined) await lockProvider(tx, row.provider);
  const current = await db(tx.em)
    .selectFrom('credential')
    .select(['owner', 'visibility'])
    .where('id', '=', row.id)
    .forUpdate()
    .executeTakeFirst();
  if (current === undefined) throw new Problem('credential_not_found');
  requireUse(tx.actor, current);
  if (current.visibility !== row.visibility) throw changedMeanwhile();
}

function changedMeanwhile(): Problem {
  return new Problem('service_unavailable', {
    detail: 'The credential was changed at the same time.',
    retryAfterSeconds: 1,
  });
}

async function rename(tx: Context, row: CredentialRow, name: string): Promise<void> {
  await db(tx.em).updateTable('credential').set({ name, updatedAt: now }).where('id', '=', row.id).execute();
  await recordCredentialEvent(tx, 'renamed', { ...row, name });
}

async function makeDefault(tx: Context, row: CredentialRow): Promise<void> {
  const changed = await db(tx.em)
    .updateTable('credential')
    .set({ isDefault: false, updatedAt: now })
    .where('workspaceId', '=', tx.workspaceId)
    .where('provider', '=', row.provider)
    .where('isDefault', '=', true)
    .where('id', '<>', row.id)
    .returning('id')
    .execute();
  if (changed.length === 0) return;
  await db(tx.em)
    .updateTable('credential')
    .set({ isDefault: true, updatedAt: now })
    .where('id', '=', row.id)
    .execute();
  await recordCredentialEvent(tx, 'default_changed', row);
}

async function sealNewFields(ctx: Context, row: CredentialRow, changes: Record<string, string>) {
  if (row.authMethod !== 'api_key') {
    throw new Problem('auth_method_unsupported', {
      detail: 'This credential has no key fields; connect the account again instead.',
    });
  }
  const { fields } = await openPayloadOf(ctx, 'api_key', row);
  const method = requireApiKey(requireProvider(ctx.catalogue, row.provider));
  const parsed = parseFields(method, { ...fields, ...changes });
  if ('errors' in parsed) throw new Problem('validation_failed', { errors: parsed.errors });
  const tokenVersion = row.tokenVersion + 1;
  const sealed = await sealPayload(ctx, { ...row, tokenVersion }, { kind: 'api_key', fields: parsed.ok });
  return { tokenVersion, sealed };
}

async function replaceFields(
  tx: Context,
  row: CredentialRow,
  renewed: { tokenVersion: number; sealed: Buffer },
): Promise<Authorization> {
  const written = await db(tx.em)
    .updateTable('credential')
    .set({
      ...renewed,
      status: 'pending',
      lastErrorCode: null,
      lastErrorMessage: null,
      lastErrorAt: null,
      notice: null,
      updatedAt: now,
    })
    .where('id', '=', row.id)
    .where('tokenVersion', '=', row.tokenVersion)
    .where('status', 'in', ['pending', ...credentialStatusesBefore('pending')])
    .returning('id')
    .executeTakeFirst();
  if (written === undefined) throw changedMeanwhile();
  return queueAuthorization(tx, {
    kind: 'validate_key',
    credential: { ...row, tokenVersion: renewed.tokenVersion },
    reason: 'user',
  });
}
