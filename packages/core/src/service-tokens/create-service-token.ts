import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import { fieldError } from '../field-rules.ts';
import { newId } from '../ids.ts';
import type { Role } from '../roles.ts';
import { Secret } from '../secret.ts';
import { newTokenValue } from './new-token-value.ts';
import { requireFuture } from './require-future.ts';
import { serviceTokenColumns, type ServiceToken } from './service-token-columns.ts';

export interface CreateServiceTokenInput {
  readonly name: string;
  readonly role: Role;
  readonly expiresAt: Date | null;
  /** As `parseNetwork` wrote them; null: any. */
  readonly allowedAddresses?: readonly string[] | null | undefined;
  /** It acts as the person who makes it: what is private to them is open to it. */
  readonly personal?: boolean | undefined;
}

/**
 * `value` is shown once: only a keyed HMAC of it is stored.
 * @throws Problem `validation_failed` when nobody signed in makes a personal one, or `expiresAt` is over already
 */
export async function createServiceToken(
  ctx: Context,
  input: CreateServiceTokenInput,
): Promise<ServiceToken & { value: Secret }> {
  const { role, expiresAt, allowedAddresses = null, personal = false } = input;
  if (personal && ctx.actor.type !== 'session') {
    throw new Problem('validation_failed', {
      errors: [fieldError('personal', 'needs_person')],
    });
  }
  const value = newTokenValue();
  return transact(ctx, async (tx) => {
    await requireFuture(tx.em, expiresAt);
    const token = await db(tx.em)
      .insertInto('service_token')
      .values({
        id: newId('serviceToken'),
        workspaceId: tx.workspaceId,
        name: input.name.trim(),
        role,
        expiresAt,
        owner: personal ? tx.actor.subject : null,
        allowedAddresses: allowedAddresses === null ? null : [...allowedAddresses],
        tokenHash: tx.vault.lookupHash('service_token', value),
      })
      .returning(serviceTokenColumns)
      .executeTakeFirstOrThrow();
    await recordAudit(tx, {
      action: 'service_token.create',
      subject: token.id,
      data: { name: token.name, role, personal, allowedAddresses },
    });
    return { ...token, previousValidUntil: null, value: new Secret(value) };
  });
}
