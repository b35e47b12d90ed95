import { randomBytes } from 'node:crypto';
import type { Context } from '../context.ts';
import { now } from '../db/database-time.ts';
import { acrossWorkspaces, db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import type { Vault } from '../vault/index.ts';
import { constantTimeEqual } from '../vault/index.ts';

/** How long a person has to finish at the provider once a browser went there. [RFC 9700: short-lived state] */
export const stateMinutes = 10;
/** How long the link itself may be opened. */
export const ticketMinutes = 30;

/** 256 bits from the CSPRNG, URL-safe. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** The authorization behind a start link, while it waits for consent. @throws Problem `invalid_callback` */
export async function findByTicket(ctx: Context, ticket: string) {
  const row = await db(acrossWorkspaces(ctx.em))
    .selectFrom('authorization')
    .selectAll()
    .where('ticketHash', '=', ctx.vault.lookupHash('ticket', ticket))
    .where('status', '=', 'awaiting_consent')
    .where('expiresAt', '>', now)
    .executeTakeFirst();
  if (row === undefined) {
    throw new Problem('invalid_callback', {
      detail: 'This link was used already, has expired or was never valid. Start the connection again.',
    });
  }
  return row;
}

export type TicketRow = Awaited<ReturnType<typeof findByTicket>>;

/** What is stored of the binding cookie. */
export function browserHash(vault: Vault, browser: string): string {
  return vault.lookupHash('browser', browser).toString('base64url');
}

/**
 * Whether this browser must be asked before it goes on: not when its console session made the authorization, nor when
 * it did so itself on a connect page, and not when the caller vouched for the person (`confirm: false`).
 */
export function needsConfirmation(
  vault: Vault,
  { connect, sessionId }: TicketRow,
  visitor: { readonly sessionId: string | null; readonly browser: string | null },
): boolean {
  if (!(connect?.confirm ?? true)) return false;
  if (visitor.sessionId !== null && visitor.sessionId === sessionId) return false;
  if (visitor.browser === null || connect?.browserHash === undefined) return true;
  const theirs = Buffer.from(browserHash(vault, visitor.browser));
  return !constantTimeEqual(theirs, Buffer.from(connect.browserHash));
}

/**
 * What the Continue link of the confirmation page carries: proves that this browser was shown that page, so that a
 * forwarded link cannot skip it.
 */
export function confirmationOf(vault: Vault, ticket: string, browser: string): string {
  return vault.lookupHash('confirmation', `${ticket}.${browser}`).toString('base64url');
}

export function isConfirmed(
  vault: Vault,
  ticket: string,
  browser: string | null,
  confirmation: string | null,
): boolean {
  if (browser === null || confirmation === null) return false;
  return constantTimeEqual(Buffer.from(confirmationOf(vault, ticket, browser)), Buffer.from(confirmation));
}
