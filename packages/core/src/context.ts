import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import type { Refusals } from './audit/refusals.ts';
import type { EventBus } from './events/index.ts';
import type { LeaseBatches } from './leases/lease-batches.ts';
import type { GuardedFetch } from './outbound/index.ts';
import type { CrashPoint } from './crash-point.ts';
import type { Meters } from './meters/index.ts';
import type { RefreshLease } from './refresh/refresh-lease.ts';
import { acrossWorkspaces, withinWorkspaces } from './db/reach.ts';
import { Problem } from './errors.ts';
import type { Gates } from './provider-gates/open-gates.ts';
import type { Catalogue } from './providers/index.ts';
import { roleMay, type Permission, type Role } from './roles.ts';
import type { Settings } from './settings.ts';
import type { Spill } from './spill/index.ts';
import type { Vault } from './vault/index.ts';

/** Who does it, as the audit names them. */
export interface Actor {
  readonly type: 'bootstrap' | 'service_token' | 'session' | 'connect_session' | 'system';
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** The person behind it, as sign-in named them; null: no person. Decides what is theirs. */
  readonly subject: string | null;
}

export const systemActor: Actor = {
  type: 'system',
  id: 'system',
  name: 'Latchkey',
  role: 'admin',
  subject: null,
};

/** Everything a use case may touch: `verb(ctx, input)`. One per request or job. */
export interface Context {
  readonly workspaceId: string;
  readonly actor: Actor;
  readonly requestId: string | null;
  readonly clientAddress: string | null;
  /** A fork of its own that reaches its workspace; inside `transact` the one of the transaction. */
  readonly em: EntityManager;
  readonly vault: Vault;
  readonly catalogue: Catalogue;
  readonly settings: Settings;
  readonly bus: EventBus;
  readonly leases: LeaseBatches;
  /** What the audit is told of refusals, in sums. */
  readonly refusals: Refusals;
  /** Which token requests may leave, as far as this process knows. */
  readonly gates: Gates;
  readonly log: Logger;
  /** The only way out to providers. The API process has one that refuses every call. */
  readonly fetch: GuardedFetch;
  readonly meters: Meters;
  /** Where token answers wait that the database cannot take. */
  readonly spill: Spill;
  /** Tells the relay that there may be something to publish. */
  readonly nudge: () => void;
  /** How the right to present a refresh token is taken: fenced, unless a test breaks it on purpose. */
  readonly refreshLease: RefreshLease;
  /** Marks a step of the refresh protocol; a test may let the process die there. */
  readonly crashPoint: (point: CrashPoint) => void;
  /** Runs inside the transaction that `transact` opens, right before its commit, with the result of the work. */
  readonly beforeCommit?: (tx: Context, result: unknown) => Promise<void>;
}

/**
 * State, event and audit in one transaction; the relay is nudged once it is committed.
 * A use case calls it at most once and returns what `work` returned, so that `beforeCommit` sees the result.
 */
export async function transact<T>(ctx: Context, work: (tx: Context) => Promise<T>): Promise<T> {
  const result = await ctx.em.fork().transactional(async (em) => {
    const { beforeCommit, ...rest } = ctx;
    const tx: Context = { ...rest, em };
    const outcome = await work(tx);
    await beforeCommit?.(tx, outcome);
    return outcome;
  });
  ctx.nudge();
  return result;
}

/** The same caller in another workspace: statements see and write its rows, and its rows alone. */
export function inWorkspace(ctx: Context, workspaceId: string): Context {
  return { ...ctx, workspaceId, em: withinWorkspaces(ctx.em, [workspaceId]) };
}

/** The same caller with statements that see and write the rows of every workspace, for what belongs to all of them. */
export function inAllWorkspaces(ctx: Context): Context {
  return { ...ctx, em: acrossWorkspaces(ctx.em) };
}

/** The one place where roles are enforced. @throws Problem `forbidden` */
export function requirePermission(actor: Actor, permission: Permission): void {
  if (!roleMay(actor.role, permission)) {
    throw new Problem('forbidden', {
      detail: `The role "${actor.role}" lacks the permission "${permission}".`,
    });
  }
}

/** Workspaces and sessions belong to the instance. An admin token of one workspace has the permission, but no say over them. */
export function isInstanceAdmin(actor: Pick<Actor, 'type' | 'role'>): boolean {
  return actor.type === 'bootstrap' || (actor.type === 'session' && actor.role === 'admin');
}
