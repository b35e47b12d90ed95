import type { KeyObject } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import { insertDataKey, loadDataKey } from './data-keys.ts';
import type { KeyProvider } from './key-provider.ts';
import { VaultError } from './vault-error.ts';

const owner = { workspaceId: null, purpose: 'lookup' } as const;

/** The key of lookups and fingerprints. It belongs to the instance and is made once, by whoever starts first. @throws VaultError */
export async function openLookupKey(
  em: EntityManager,
  keys: KeyProvider,
  log: Pick<Logger, 'info'>,
): Promise<KeyObject> {
  const existing = await loadDataKey(em, keys, owner);
  if (existing) return existing.key;
  if (await insertDataKey(em, keys, owner)) log.info('created the lookup key');
  // Read back also by its maker: all processes must hold the one that is stored.
  const stored = await loadDataKey(em, keys, owner);
  if (!stored) throw new VaultError('unknown_key');
  return stored.key;
}
