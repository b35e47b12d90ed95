import type { Actor } from '../context.ts';

export const visibilities = ['workspace', 'private'] as const;
export type Visibility = (typeof visibilities)[number];

/** Whose a credential is, or an authorization that is to bring one. */
export interface Owned {
  /** The subject of a person; null: the workspace's. */
  readonly owner: string | null;
  readonly visibility: Visibility;
}

/** Who asks, as far as access goes. */
export type Asker = Pick<Actor, 'type' | 'role' | 'subject'>;

/**
 * `none`: for this actor it does not exist. `manage`: seen, and may be deleted, but neither used nor changed. `use`:
 * whatever the role permits.
 */
export type CredentialAccess = 'none' | 'manage' | 'use';

/**
 * The one rule of who may do what with a credential of the own workspace, beside the permissions of the role: lists and
 * uses both go by it.
 */
export function credentialAccess(actor: Asker, { owner, visibility }: Owned): CredentialAccess {
  if (visibility === 'workspace' || actor.type === 'system') return 'use';
  if (owner !== null && owner === actor.subject) return 'use';
  return actor.role === 'admin' ? 'manage' : 'none';
}
