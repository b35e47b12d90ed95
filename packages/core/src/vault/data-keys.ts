import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { now } from '../db/database-time.ts';
import { acrossWorkspaces, db, withinWorkspaces } from '../db/index.ts';
import { newId } from '../ids.ts';
import { wrappedKeyData } from './associated-data.ts';
import type { KeyProvider } from './key-provider.ts';
import { primaryRootKeyId } from './root-key-register.ts';
import { VaultError } from './vault-error.ts';

const keyLength = 32;

/** A data key in clear. The key object prints as one and holds its bytes outside the JavaScript heap. */
export interface DataKey {
  readonly id: string;
  readonly key: KeyObject;
}

export interface Owner {
  readonly workspaceId: string | null;
  readonly purpose: 'seal' | 'lookup';
}

/** A key without a workspace is the instance's. */
function reaching(em: EntityManager, workspaceId: string | null): EntityManager {
  return workspaceId === null ? acrossWorkspaces(em) : withinWorkspaces(em, [workspaceId]);
}

/**
 * Makes the current key of an owner, wrapped by the primary root key. Says false, and changes nothing, when another
 * process was faster.
 * @throws VaultError `unknown_key` when this process lacks the primary root key
 */
export async function insertDataKey(em: EntityManager, keys: KeyProvider, owner: Owner): Promise<boolean> {
  for (;;) {
    const rootKeyId = await primaryRootKeyId(em);
    const id = newId('dataKey');
    const clear = randomBytes(keyLength);
    const wrapped = await keys.wrap(rootKeyId, wrappedKeyData({ dataKeyId: id, rootKeyId, ...owner }), clear);
    clear.fill(0);
    // Only while that root key is still the primary one: it cannot be replaced before this is committed.
    const { rows } = await sql`
      insert into data_key (id, workspace_id, purpose, root_key_id, wrapped)
      select ${id}, ${owner.workspaceId}, ${owner.purpose}, key_id, ${wrapped} from root_key_check
      where key_id = ${rootKeyId} and state = 'primary' for share
      on conflict (workspace_id, purpose) where retired_at is null do nothing
      returning id`.execute(db(reaching(em, owner.workspaceId)));
    if (rows.length > 0) return true;
    if ((await primaryRootKeyId(em)) === rootKeyId) return false;
  }
}

/**
 * Retires a current key and makes the next one of its workspace, in the caller's transaction. The old one stays able to
 * open what it has sealed. Says false, and changes nothing, when it is not the current one any more.
 */
export async function replaceDataKey(
  em: EntityManager,
  keys: KeyProvider,
  current: { readonly id: string; readonly workspaceId: string },
): Promise<boolean> {
  const retired = await db(reaching(em, current.workspaceId))
    .updateTable('data_key')
    .set({ retiredAt: now })
    .where('id', '=', current.id)
    .where('retiredAt', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (retired === undefined) return false;
  await insertDataKey(em, keys, { workspaceId: current.workspaceId, purpose: 'seal' });
  return true;
}

/** The current keys of some workspaces, by workspace. */
export async function currentDataKeyIds(
  em: EntityManager,
  workspaceIds: readonly string[],
): Promise<Map<string | null, string>> {
  const rows = await db(withinWorkspaces(em, workspaceIds))
    .selectFrom('data_key')
    .select(['id', 'workspaceId'])
    .where('purpose', '=', 'seal')
    .where('retiredAt', 'is', null)
    .where('workspaceId', '=', sql<string>`any(${workspaceIds}::text[])`)
    .execute();
  return new Map(rows.map(({ id, workspaceId }) => [workspaceId, id]));
}

/** The key with this id if it is the owner's, or the owner's current one; null when there is none. @throws VaultError */
export async function loadDataKey(
  em: EntityManager,
  keys: KeyProvider,
  { workspaceId, purpose }: Owner,
  id?: string,
): Promise<DataKey | null> {
  const owned = db(reaching(em, workspaceId))
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
