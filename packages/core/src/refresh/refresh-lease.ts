import { hostname } from 'node:os';
import { sql } from 'kysely';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import { transact, type Context } from '../context.ts';
import {
  credentialColumns,
  credentialStatusesBefore,
  type Credential,
  type CredentialRow,
  type CredentialStatus,
} from '../credentials/index.ts';
import { now, secondsFromNow } from '../db/database-time.ts';
import { acrossWorkspaces, db } from '../db/index.ts';
import type { OAuth2Method } from '../providers/index.ts';
import { decidePresentation } from './decide-presentation.ts';
import { deferPresentation } from './defer-presentation.ts';
import { findSuccessor } from './find-successor.ts';
import { abandonAttempts, secondsSinceUnknown } from './open-attempts.ts';
import { recordAttempt } from './record-attempt.ts';

/** Longer than the deadline of a provider call, so that a live holder is never taken over. */
export const leaseSeconds = 25;

const owner = `${hostname()}/${process.pid}`;

export interface Held {
  readonly credentialId: string;
  readonly attemptId: string;
  readonly fence: number;
  /** The version whose refresh token is presented. */
  readonly tokenVersion: number;
  /** PostgreSQL's time at which the token was about to be presented. */
  readonly presentedAt: Date;
  /** `performance.now()` of this process before it took the lease. */
  readonly heldSince: number;
  /** The same token was presented before, and nobody knows the end of that. */
  readonly takeover: boolean;
}

export type Acquired =
  | { readonly kind: 'held'; readonly held: Held }
  /** Somebody presents a token of this grant at the moment. */
  | { readonly kind: 'busy'; readonly credentialId: string; readonly freeInSeconds: number }
  /** Not yet: see `decidePresentation`, or the back-off of the credential. The authorization is queued again. */
  | { readonly kind: 'deferred' }
  /** The row is not what was read: look again. */
  | { readonly kind: 'changed' };

interface Asking {
  readonly authorization: Authorization;
  readonly credential: CredentialRow;
  readonly method: OAuth2Method;
}

type ReleaseChanges = Record<string, unknown> & { status?: CredentialStatus };

/** How the right to present a refresh token is taken and given back. */
export interface RefreshLease {
  /** Step 1 of the refresh protocol: takes the lease and records the attempt, in one short transaction. */
  acquire(ctx: Context, asking: Asking): Promise<Acquired>;
  /**
   * Writes to the credential and gives the lease back, in the caller's transaction, only while our fence is the newest
   * and the token is the one we presented.
   * @returns undefined when another holder came after us: then nothing of ours may be visible
   */
  release(tx: Context, held: Held, changes: ReleaseChanges): Promise<Credential | undefined>;
}

export const fencedLease: RefreshLease = { acquire, release };

async function acquire(ctx: Context, asking: Asking): Promise<Acquired> {
  const { authorization, credential, method } = asking;
  const heldSince = performance.now();
  return transact(ctx, async (tx): Promise<Acquired> => {
    const grant = await lockGrant(tx, credential);
    const own = grant.find(({ id }) => id === credential.id);
    if (own === undefined || own.status !== 'active' || own.tokenVersion !== credential.tokenVersion)
      return { kind: 'changed' };
    const holder = grant.find(({ leaseSeconds: left }) => left !== null && left > 0);
    if (holder !== undefined)
      return { kind: 'busy', credentialId: holder.id, freeInSeconds: holder.leaseSeconds ?? 0 };
    // Under the lock of the row no answer can slip in between: presenting its predecessor would end the grant.
    if ((await findSuccessor(tx.em, credential)) !== undefined) return { kind: 'changed' };
    await abandonAttempts(tx, credential);
    const sinceUnknown = await secondsSinceUnknown(tx, credential);
    const decision = decidePresentation({
      refresh: method.refresh,
      secondsSinceUnknown: sinceUnknown,
      secondsLeft: own.secondsLeft,
      lifetimeSeconds: own.lifetimeSeconds,
      reason: authorization.reason,
    });
    const backOff = own.backOffSeconds ?? 0;
    if (decision.kind === 'defer' || backOff > 0) {
      await deferPresentation(tx, asking, decision.kind === 'defer' ? decision.seconds : null, backOff);
      return { kind: 'deferred' };
    }
    return { kind: 'held', held: { ...(await take(tx, asking, sinceUnknown !== null)), heldSince } };
  });
}

interface GrantRow {
  readonly id: string;
  readonly status: string;
  readonly tokenVersion: number;
  readonly leaseSeconds: number | null;
  readonly secondsLeft: number | null;
  readonly lifetimeSeconds: number | null;
  readonly backOffSeconds: number | null;
}

/** Every credential on the grant, in one order, so that two of them never present its token at once. */
async function lockGrant(tx: Context, credential: CredentialRow): Promise<GrantRow[]> {
  const { rows } = await sql<GrantRow>`
    select id, status, token_version as "tokenVersion",
      extract(epoch from lease_until - now())::float8 as "leaseSeconds",
      extract(epoch from expires_at - now())::float8 as "secondsLeft",
      token_lifetime_seconds as "lifetimeSeconds",
      extract(epoch from back_off_until - now())::float8 as "backOffSeconds"
    from credential
    where id = ${credential.id}
      or (grant_fingerprint = ${credential.grantFingerprint} and provider = ${credential.provider})
    order by id for update`.execute(db(acrossWorkspaces(tx.em)));
  return rows;
}

async function take(
  tx: Context,
  { authorization, credential }: Asking,
  takeover: boolean,
): Promise<Omit<Held, 'heldSince'>> {
  const taken = await db(tx.em)
    .updateTable('credential')
    .set({ fence: sql<number>`fence + 1`, leaseOwner: owner, leaseUntil: secondsFromNow(leaseSeconds) })
    .where('id', '=', credential.id)
    .returning(['fence', sql<Date>`now()`.as('presentedAt')])
    .executeTakeFirstOrThrow();
  const attemptId = await recordAttempt(tx.em, { authorization, credential, fence: taken.fence, takeover });
  return {
    credentialId: credential.id,
    attemptId,
    fence: taken.fence,
    tokenVersion: credential.tokenVersion,
    presentedAt: taken.presentedAt,
    takeover,
  };
}

async function release(tx: Context, held: Held, changes: ReleaseChanges) {
  return db(tx.em)
    .updateTable('credential')
    .set({ ...changes, leaseOwner: null, leaseUntil: null, updatedAt: now })
    .where('id', '=', held.credentialId)
    .where('fence', '=', held.fence)
    .where('tokenVersion', '=', held.tokenVersion)
    .$if(changes.status !== undefined, (query) =>
      query.where('status', 'in', credentialStatusesBefore(changes.status as CredentialStatus)),
    )
    .returning(credentialColumns)
    .executeTakeFirst();
}
