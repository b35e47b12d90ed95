import { sql } from 'kysely';
import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { now, secondsFromNow } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { recordEvent } from '../events/index.ts';
import { Secret } from '../secret.ts';
import { holdOwnToken } from './hold-own-token.ts';
import { newTokenValue } from './new-token-value.ts';
import { previousValidUntil, serviceTokenColumns, type ServiceToken } from './service-token-columns.ts';

const defaultOverlapSeconds = 86_400;

/**
 * A new value for the same token, shown once. Values before it work for so long at most, the one of an earlier rotation no
 * longer than it was told; zero ends them now.
 * @throws Problem `service_token_not_found`, `owner_only`
 */
export async function rotateServiceToken(
  ctx: Context,
  { id, overlapSeconds = defaultOverlapSeconds }: { id: string; overlapSeconds?: number | undefined },
): Promise<ServiceToken & { value: Secret }> {
  const value = newTokenValue();
  return transact(ctx, async (tx) => {
    const held = await holdOwnToken(tx, id);
    if (overlapSeconds === 0) await endValues(tx, id);
    else await keepValues(tx, held, overlapSeconds);
    const token = await db(tx.em)
      .updateTable('service_token')
      .set({ tokenHash: tx.vault.lookupHash('service_token', value), rotatedAt: now })
      .where('id', '=', id)
      .returning([...serviceTokenColumns, previousValidUntil])
      .executeTakeFirstOrThrow();
    await recordEvent(tx, {
      type: 'latchkey.service_token.changed',
      subject: id,
      data: { name: token.name },
    });
    await recordAudit(tx, {
      action: 'service_token.rotate',
      subject: id,
      data: { name: token.name, overlapSeconds },
    });
    return { ...token, value: new Secret(value) };
  });
}

async function endValues(tx: Context, id: string): Promise<void> {
  await db(tx.em).deleteFrom('replaced_token').where('serviceTokenId', '=', id).execute();
}

async function keepValues(
  tx: Context,
  { id, tokenHash }: { id: string; tokenHash: Buffer },
  seconds: number,
): Promise<void> {
  const endsAt = secondsFromNow(seconds);
  await db(tx.em)
    .updateTable('replaced_token')
    .set({ endsAt: sql<Date>`least(ends_at, ${endsAt})` })
    .where('serviceTokenId', '=', id)
    .execute();
  await db(tx.em)
    .insertInto('replaced_token')
    .values({ tokenHash, serviceTokenId: id, workspaceId: tx.workspaceId, endsAt })
    .execute();
}
