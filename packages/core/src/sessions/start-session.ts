import { randomBytes } from 'node:crypto';
import { neutralise, recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { secondsFromNow } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { newId } from '../ids.ts';
import type { Role } from '../roles.ts';
import { Secret } from '../secret.ts';

/** A session ends after this long however much it is used. */
export const sessionHours = 12;

const userAgentLength = 200;

export interface StartSessionInput {
  readonly subject: string;
  readonly role: Role;
  /** As the browser sent it; null: it sent none. */
  readonly userAgent?: string | null;
}

/** Signs a person in to the console. `value` goes into an HttpOnly cookie and nowhere else. */
export async function startSession(
  ctx: Context,
  { subject, role, userAgent = null }: StartSessionInput,
): Promise<{ id: string; value: Secret; expiresAt: Date }> {
  const value = randomBytes(32).toString('base64url');
  return transact(ctx, async (tx) => {
    const session = await db(tx.em)
      .insertInto('console_session')
      .values({
        id: newId('session'),
        tokenHash: tx.vault.lookupHash('session', value),
        subject,
        role,
        clientAddress: tx.clientAddress,
        userAgent: userAgent === null ? null : neutralise(userAgent.slice(0, userAgentLength)),
        expiresAt: secondsFromNow(sessionHours * 3600),
      })
      .returning(['id', 'expiresAt'])
      .executeTakeFirstOrThrow();
    await recordAudit(tx, { action: 'session.start', subject: session.id, data: { person: subject, role } });
    return { ...session, value: new Secret(value) };
  });
}
