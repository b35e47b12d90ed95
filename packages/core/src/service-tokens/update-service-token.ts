import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import { recordEvent } from '../events/index.ts';
import { holdOwnToken } from './hold-own-token.ts';
import { requireFuture } from './require-future.ts';
import { previousValidUntil, serviceTokenColumns, type ServiceToken } from './service-token-columns.ts';

export interface UpdateServiceTokenInput {
  readonly id: string;
  readonly name?: string | undefined;
  /** Null: it does not expire. */
  readonly expiresAt?: Date | null | undefined;
  /** As `parseNetwork` wrote them; null: any. */
  readonly allowedAddresses?: readonly string[] | null | undefined;
}

/**
 * An omitted member keeps its value.
 * @throws Problem `service_token_not_found`, `owner_only`, `validation_failed` when
 * `expiresAt` is over already
 */
export async function updateServiceToken(
  ctx: Context,
  { id, name, expiresAt, allowedAddresses }: UpdateServiceTokenInput,
): Promise<ServiceToken> {
  return transact(ctx, async (tx) => {
    const held = await holdOwnToken(tx, id);
    await requireFuture(tx.em, expiresAt ?? null);
    const token = await db(tx.em)
      .updateTable('service_token')
      .set({
        name: name?.trim() ?? held.name,
        ...(expiresAt === undefined ? {} : { expiresAt }),
        ...(allowedAddresses === undefined
          ? {}
          : { allowedAddresses: allowedAddresses && [...allowedAddresses] }),
      })
      .where('id', '=', id)
      .returning([...serviceTokenColumns, previousValidUntil])
      .executeTakeFirstOrThrow();
    await recordEvent(tx, {
      type: 'latchkey.service_token.changed',
      subject: id,
      data: { name: token.name },
    });
    await recordAudit(tx, {
      action: 'service_token.update',
      subject: id,
      data: { name: token.name, expiresAt: token.expiresAt, allowedAddresses: token.allowedAddresses },
    });
    return token;
  });
}
