import { sql } from 'kysely';
import type { Visibility } from '../access/index.ts';
import type { Context } from '../context.ts';
import { cutText } from '../cut-text.ts';
import { db } from '../db/index.ts';

export const nameLimit = 100;

/**
 * Decides name and default marker of a credential about to be written. Takes the lock of workspace + provider until
 * the transaction ends, so that two newcomers do not both become the default or `API key 1`; the indexes and the
 * deferred trigger of the schema hold even without it. A private credential is never the default, but its name is taken
 * like any other.
 */
export async function placeAmongOthers(
  tx: Context,
  {
    provider,
    name,
    suggestion,
    visibility,
  }: { provider: string; name: string | null; suggestion: string; visibility: Visibility },
): Promise<{ name: string; isDefault: boolean }> {
  await lockProvider(tx, provider);
  const others = await db(tx.em)
    .selectFrom('credential')
    .select(['name', 'isDefault'])
    .where('workspaceId', '=', tx.workspaceId)
    .where('provider', '=', provider)
    .where('status', '<>', 'revoking')
    .execute();
  const taken = new Set(others.map((other) => other.name));
  return {
    name: name?.trim() || freeName(suggestion, taken),
    isDefault: visibility === 'workspace' && !others.some((other) => other.isDefault),
  };
}

export async function lockProvider(tx: Context, provider: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${tx.workspaceId}/${provider}`}, 0))`.execute(
    db(tx.em),
  );
}

/** `API key` becomes `API key 1`, `API key 2`, …; an account's name gets a number only on collision. */
export function freeName(suggestion: string, taken: ReadonlySet<string>): string {
  const base = cutText(suggestion.trim(), nameLimit - 6).trim() || 'Account';
  if (base !== 'API key' && !taken.has(base)) return base;
  let number = base === 'API key' ? 1 : 2;
  while (taken.has(`${base} ${number}`)) number += 1;
  return `${base} ${number}`;
}
