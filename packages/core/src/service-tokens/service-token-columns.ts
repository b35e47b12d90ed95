import { sql } from 'kysely';
import type { Role } from '../roles.ts';

/** A token as it is shown: never its value. */
export interface ServiceToken {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** The subject of the person as whom it acts; null: nobody's. */
  readonly owner: string | null;
  /** Networks that it may come from, as CIDR; null: any. */
  readonly allowedAddresses: readonly string[] | null;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly rotatedAt: Date | null;
  /** Until when a value before the last rotation still works; null when none does. */
  readonly previousValidUntil: Date | null;
  readonly createdAt: Date;
}

export const serviceTokenColumns = [
  'id',
  'name',
  'role',
  'owner',
  'allowedAddresses',
  'expiresAt',
  'lastUsedAt',
  'rotatedAt',
  'createdAt',
] as const;

export const previousValidUntil = sql<Date | null>`(
  select max(r.ends_at) from replaced_token r where r.service_token_id = service_token.id and r.ends_at > now()
)`.as('previousValidUntil');
