import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { credentialColumns } from '../credentials/index.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { recordAttempt } from '../refresh/record-attempt.ts';
import type { Held, RefreshLease } from '../refresh/refresh-lease.ts';
import type { BrokenLease } from '../settings.ts';

/**
 * Leases that do not hold, as products have them. They calibrate the chaos checker, which must find what they break;
 * production refuses the setting that selects them.
 */
export const brokenLeases: Record<BrokenLease, RefreshLease> = {
  /** Whoever has the job presents the token. */
  'no-lease': {
    acquire: (ctx, asking) => takeUnfenced(ctx, asking, sql`true`, 0),
    release: (tx, held, changes) => write(tx, held, changes, { releases: false }),
  },
  /** A lease as it should be, but the answer is written whoever holds it by then. */
  'no-fence': {
    acquire: (ctx, asking) => takeUnfenced(ctx, asking, sql`lease_until is null or lease_until < now()`, 25),
    release: (tx, held, changes) => write(tx, held, changes, { releases: true }),
  },
  /** A lock that is shorter than a slow provider takes, and that its first holder takes away from its second. */
  'ttl-lock': {
    acquire: (ctx, asking) => takeUnfenced(ctx, asking, sql`lease_until is null or lease_until < now()`, 5),
    release: (tx, held, changes) => write(tx, held, changes, { releases: true }),
  },
};

async function takeUnfenced(
  ctx: Context,
  { authorization, credential }: Parameters<RefreshLease['acquire']>[1],
  free: ReturnType<typeof sql>,
  seconds: number,
): ReturnType<RefreshLease['acquire']> {
  return ctx.em.fork().transactional(async (em) => {
    const { rows } = await sql<{ fence: number; presentedAt: Date }>`
      update credential set lease_until = now() + make_interval(secs => ${seconds})
      where id = ${credential.id} and status = 'active' and token_version = ${credential.tokenVersion} and (${free})
      returning fence, now() as "presentedAt"`.execute(db(em));
    const taken = rows[0];
    if (taken === undefined) return { kind: 'busy', credentialId: credential.id, freeInSeconds: 2 };
    const attemptId = await recordAttempt(em, {
      authorization,
      credential,
      fence: taken.fence,
      takeover: false,
    });
    const heldSince = performance.now();
    const held = { credentialId: credential.id, attemptId, heldSince, ...taken };
    return { kind: 'held', held: { ...held, tokenVersion: credential.tokenVersion, takeover: false } };
  });
}

async function write(
  tx: Context,
  held: Held,
  changes: Record<string, unknown>,
  { releases }: { releases: boolean },
) {
  return db(tx.em)
    .updateTable('credential')
    .set({ ...changes, ...(releases ? { leaseUntil: null } : {}), updatedAt: now })
    .where('id', '=', held.credentialId)
    .where('status', '=', 'active')
    .returning(credentialColumns)
    .executeTakeFirst();
}
