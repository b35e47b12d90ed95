import { createHmac, type KeyObject } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import type { Orm } from '../db/index.ts';
import { decrypt, encrypt } from './aes-gcm.ts';
import { lengthPrefixed, placeData, type Place } from './associated-data.ts';
import { insertDataKey } from './data-keys.ts';
import { openKeyCache, type CacheLimits } from './key-cache.ts';
import { checkRootKeys } from './key-check.ts';
import type { KeyProvider } from './key-provider.ts';
import { openLookupKey } from './lookup-key.ts';
import { deriveRecordKey, newSalt } from './record-key.ts';
import { currentFormat, encodeSealed, parseSealed } from './sealed-format.ts';

/**
 * Seals what is secret in a row and opens it again.
 * A data key that is not cached is loaded on a connection of its own: inside a transaction call `warm` before.
 */
export interface Vault {
  /** 32 random bytes, kept in the `key_salt` of the row. */
  newSalt(): Buffer;
  /** @throws VaultError `unknown_key` when the workspace has no data key */
  seal(place: Place, keySalt: Uint8Array, plaintext: string): Promise<Buffer>;
  /** @throws VaultError; never returns anything but what was sealed at exactly this place */
  open(place: Place, keySalt: Uint8Array, sealed: Uint8Array): Promise<string>;
  /** In the transaction that creates the workspace. Usable once that is committed; a second call changes nothing. */
  createDataKey(em: EntityManager, workspaceId: string): Promise<void>;
  /**
   * Loads the data key into the cache.
   * @param forSeconds for so long it is there to seal with, whatever becomes of the key service
   * @throws VaultError `unknown_key` when the workspace has none, `key_service_unavailable`
   */
  warm(workspaceId: string, forSeconds?: number): Promise<void>;
  /** HMAC-SHA-256 under a key of its own; hashes for one purpose tell nothing about those for another. */
  lookupHash(purpose: string, value: string): Buffer;
}

interface VaultOptions {
  readonly orm: Orm;
  readonly keys: KeyProvider;
  readonly log: Pick<Logger, 'info'>;
  readonly cache?: Partial<CacheLimits>;
}

/**
 * Compares the root keys with those that the database knows, and opens the lookup key; both are written at the
 * first start, whoever of several processes comes first.
 * @throws ConfigurationError when a root key is another than before, or one is missing that wraps a data key
 */
export async function openVault({ orm, keys, log, cache }: VaultOptions): Promise<Vault> {
  await checkRootKeys(orm.em.fork(), keys, log);
  const lookupKey = await openLookupKey(orm.em.fork(), keys, log);
  const dataKeys = openKeyCache(() => orm.em.fork(), keys, cache);
  return {
    newSalt,
    seal: async (place, keySalt, plaintext) => {
      const { id, key } = await dataKeys.current(place.workspaceId);
      return seal(id, key, place, keySalt, plaintext);
    },
    open: async (place, keySalt, bytes) => {
      const sealed = parseSealed(bytes);
      const { key } = await dataKeys.find(place.workspaceId, sealed.keyId);
      const recordKey = deriveRecordKey(key, keySalt, sealed.format);
      return decrypt(recordKey, placeData(sealed.format, sealed.keyId, place), sealed).toString('utf8');
    },
    createDataKey: async (em, workspaceId) => {
      await insertDataKey(em, keys, { workspaceId, purpose: 'seal' });
    },
    warm: async (workspaceId, forSeconds = 0) => {
      await dataKeys.current(workspaceId, forSeconds);
    },
    lookupHash: (purpose, value) =>
      createHmac('sha256', lookupKey)
        .update(lengthPrefixed([purpose, value]))
        .digest(),
  };
}

function seal(
  keyId: string,
  dataKey: KeyObject,
  place: Place,
  keySalt: Uint8Array,
  plaintext: string,
): Buffer {
  // UTF-8 has no lone surrogates: what opens would differ from what was sealed.
  if (!plaintext.isWellFormed()) throw new RangeError('The text to seal is not valid Unicode.');
  const recordKey = deriveRecordKey(dataKey, keySalt, currentFormat);
  return encodeSealed(
    keyId,
    encrypt(recordKey, placeData(currentFormat, keyId, place), Buffer.from(plaintext, 'utf8')),
  );
}
