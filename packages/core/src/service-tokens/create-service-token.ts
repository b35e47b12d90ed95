import { randomBytes } from 'node:crypto';
import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import { newId } from '../ids.ts';
import type { Role } from '../roles.ts';
import { Secret } from '../secret.ts';

export interface ServiceToken {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly createdAt: Date;
}

export const serviceTokenColumns = ['id', 'name', 'role', 'expiresAt', 'lastUsedAt', 'createdAt'] as const;

/** `value` is shown once: only a keyed HMAC of it is stored. */
export async function createServiceToken(
  ctx: Context,
  { name, role, expiresAt }: { name: string; role: Role; expiresAt: Date | null },
): Promise<ServiceToken & { value: Secret }> {
  const value = `lk_${randomBytes(32).toString('base64url')}`;
  return transact(ctx, async (tx) => {
    const token = await db(tx.em)
      .insertInto('service_token')
      .values({
        id: newId('serviceToken'),
        workspaceId: tx.workspaceId,
        name: name.trim(),
        role,
        expiresAt,
        tokenHash: tx.vault.lookupHash('service_token', value),
      })
      .returning(serviceTokenColumns)
      .executeTakeFirstOrThrow();
    await recordAudit(tx, {
      action: 'service_token.create',
      subject: token.id,
      data: { name: token.name, role },
    });
    return { ...token, value: new Secret(value) };
  });
}
