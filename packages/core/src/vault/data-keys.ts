import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { db } from '../db/index.ts';
import { newId } from '../ids.ts';
import { wrappedKeyData } from './associated-data.ts';
import type { KeyProvider } from './key-provider.ts';
import { VaultError } from './vault-error.ts';

const keyLength = 32;

/** A data key in clear. The key object prints as one and holds its bytes outside the JavaScript heap. */
export interface DataKey {
  readonly id: string;
  readonly key: KeyObject;
}

interface Owner {
  readonly workspaceId: string | null;
  readonly purpose: 'seal' | 'lookup';
}

/** Makes the current key of an owner. Says false, and changes nothing, when another process was faster. */
export async function insertDataKey(em: EntityManager, keys: KeyProvider, owner: Owner): Promise<boolean> {
  const id = newId('dataKey');
  const rootKeyId = keys.primaryId;
  const clear = randomBytes(keyLength);
  const wrapped = await keys.wrap(rootKeyId, wrappedKeyData({ dataKeyId: id, rootKeyId, ...owner }), clear);
  clear.fill(0);
  const inserted = await db(em)
    .insertInto('data_key')
    .values({ id, rootKeyId, wrapped, ...owner })
    .onConflict((conflict) =>
      conflict.columns(['workspaceId', 'purpose']).where('retiredAt', 'is', null).doNothing(),
    )
    .executeTakeFirst();
  return inserted.numInsertedOrUpdatedRows === 1n;
}

/** The key with this id if it is the owner's, or the owner's current one; null when there is none. @throws VaultError */
export async function loadDataKey(
  em: EntityManager,
  keys: KeyProvider,
  { workspaceId, purpose }: Owner,
  id?: string,
): Promise<DataKey | null> {
  const owned = db(em)
    .selectFrom('data_key')
    .select(['id', 'rootKeyId', 'wrapped'])
    .where('workspaceId', 'is not distinct from', workspaceId)
    .where('purpose', '=', purpose);
  const row = await (
    id === undefined ? owned.where('retiredAt', 'is', null) : owned.where('id', '=', id)
  ).executeTakeFirst();
  if (!row) return null;
  const place = wrappedKeyData({ dataKeyId: row.id, rootKeyId: row.rootKeyId, workspaceId, purpose });
  const clear = await keys.unwrap(row.rootKeyId, place, row.wrapped);
  if (clear.length !== keyLength) throw new VaultError('altered');
  const key = createSecretKey(clear);
  clear.fill(0);
  return { id: row.id, key };
}
