import type { EntityManager } from '@mikro-orm/postgresql';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import type { KeyKind } from '../vault/key-provider.ts';
import type { RootKeyState } from '../vault/key.entities.ts';

export const rootKeyColumns = [
  'keyId as id',
  'kind',
  'state',
  'createdAt',
  'promotedAt',
  'retiredAt',
] as const;

/** A root key as the register has it. */
export interface RegisteredKey {
  readonly id: string;
  readonly kind: KeyKind;
  readonly state: RootKeyState;
  readonly createdAt: Date;
  readonly promotedAt: Date | null;
  readonly retiredAt: Date | null;
}

/** @throws Problem `root_key_not_found` */
export async function findRootKey(em: EntityManager, id: string): Promise<RegisteredKey> {
  const row = await db(em)
    .selectFrom('root_key_check')
    .select(rootKeyColumns)
    .where('keyId', '=', id)
    .executeTakeFirst();
  if (row === undefined)
    throw new Problem('root_key_not_found', { detail: `No process knew a key "${id}".` });
  return row;
}
