import { secondsFromNow } from '../db/database-time.ts';
import type { Role } from '../roles.ts';

/** A session as it is shown: never its cookie. */
export interface Session {
  readonly id: string;
  readonly subject: string;
  readonly role: Role;
  readonly createdAt: Date;
  /** To a minute. */
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly clientAddress: string | null;
  readonly userAgent: string | null;
}

export const sessionColumns = [
  'id',
  'subject',
  'role',
  'createdAt',
  'lastSeenAt',
  'expiresAt',
  'clientAddress',
  'userAgent',
] as const;

/** What was seen last before this moment is over. */
export function idleSince(idleMinutes: number) {
  return secondsFromNow(-60 * idleMinutes);
}
