import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { db } from '../db/index.ts';
import { wrappedKeyData } from './associated-data.ts';
import type { KeyProvider } from './key-provider.ts';
import { primaryRootKeyId } from './root-key-register.ts';
import { doesNotOpen } from './vault-error.ts';

/** What came of some rows. */
export interface Batch {
  readonly done: number;
  /** Changed by somebody else meanwhile. */
  readonly skipped: number;
  /** Ids of those that do not open: altered, or of a root key that this process lacks. */
  readonly unreadable: readonly string[];
  /** Null when there were none. */
  readonly lastId: string | null;
}

/** Root keys behind a key service take a while each. */
const callsAtOnce = 20;

/**
 * Wraps data keys anew that another root key than the primary one wraps, in the caller's transaction and in the order of
 * their ids. The keys themselves stay, and with them everything that they have sealed.
 * @throws VaultError `unknown_key` when this process lacks the primary root key
 */
export async function rewrapDataKeys(
  em: EntityManager,
  keys: KeyProvider,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<Batch> {
  const rootKeyId = await primaryRootKeyId(em);
  const rows = await db(em)
    .selectFrom('data_key')
    .select(['id', 'workspaceId', 'purpose', 'rootKeyId', 'wrapped'])
    .where('rootKeyId', '<>', rootKeyId)
    .where('id', '>', after ?? '')
    .orderBy('id')
    .limit(limit)
    .execute();
  const rewrapped: { id: string; old: Buffer; wrapped: Buffer }[] = [];
  const unreadable: string[] = [];
  const rewrap = async ({ id, wrapped: old, rootKeyId: oldRootKeyId, ...owner }: (typeof rows)[number]) => {
    const place = (wrappedBy: string) => wrappedKeyData({ dataKeyId: id, rootKeyId: wrappedBy, ...owner });
    const clear = await unwrap(keys, oldRootKeyId, place(oldRootKeyId), old);
    if (clear === null) return void unreadable.push(id);
    rewrapped.push({ id, old, wrapped: await keys.wrap(rootKeyId, place(rootKeyId), clear) });
    clear.fill(0);
  };
  for (let from = 0; from < rows.length; from += callsAtOnce)
    await Promise.all(rows.slice(from, from + callsAtOnce).map(rewrap));
  const { rows: written } = await sql`
    update data_key set wrapped = given.wrapped, root_key_id = ${rootKeyId}
    from unnest(
      ${rewrapped.map(({ id }) => id)}::text[],
      ${rewrapped.map(({ old }) => old)}::bytea[],
      ${rewrapped.map(({ wrapped }) => wrapped)}::bytea[]
    ) as given (id, old, wrapped)
    where data_key.id = given.id and data_key.wrapped = given.old
    returning data_key.id`.execute(db(em));
  return {
    done: written.length,
    skipped: rewrapped.length - written.length,
    unreadable,
    lastId: rows.at(-1)?.id ?? null,
  };
}

async function unwrap(keys: KeyProvider, rootKeyId: string, place: Buffer, wrapped: Buffer) {
  try {
    return await keys.unwrap(rootKeyId, place, wrapped);
  } catch (error) {
    if (doesNotOpen(error)) return null;
    throw error;
  }
}
