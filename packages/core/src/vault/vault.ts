import { createHmac } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import type { Orm } from '../db/index.ts';
import { decrypt, encrypt } from './aes-gcm.ts';
import { lengthPrefixed, placeData, type Place } from './associated-data.ts';
import { insertDataKey, replaceDataKey, type DataKey } from './data-keys.ts';
import { openKeyCache, type CacheLimits, type KeyCache } from './key-cache.ts';
import { checkRootKeys } from './key-check.ts';
import type { KeyProvider } from './key-provider.ts';
import { openLookupKey } from './lookup-key.ts';
import { deriveRecordKey, newSalt } from './record-key.ts';
import { rewrapDataKeys, type Batch } from './rewrap-data-keys.ts';
import { openRootKeysAtHand, type RootKeysAtHand } from './root-keys-at-hand.ts';
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
  /** The same content for the same place under the current data key; null when it is already. @throws VaultError */
  reseal(place: Place, keySalt: Uint8Array, sealed: Uint8Array): Promise<Buffer | null>;
  /** In the transaction that creates the workspace. Usable once that is committed; a second call changes nothing. */
  createDataKey(em: EntityManager, workspaceId: string): Promise<void>;
  /**
   * Loads the data key into the cache.
   * @param forSeconds for so long it is there to seal with, whatever becomes of the key service
   * @throws VaultError `unknown_key` when the workspace has none, `key_service_unavailable`
   */
  warm(workspaceId: string, forSeconds?: number): Promise<void>;
  /** Retires a current data key and makes the next one, in the caller's transaction. False: it is not current any more. */
  replaceDataKey(em: EntityManager, current: { id: string; workspaceId: string }): Promise<boolean>;
  /** Afterwards nothing is sealed with a data key that was retired before the call. */
  renewKeys(): Promise<void>;
  /** Wraps the next data keys anew that the primary root key does not wrap, in the caller's transaction. */
  rewrapDataKeys(em: EntityManager, range: { after: string | null; limit: number }): Promise<Batch>;
  readonly rootKeys: RootKeysAtHand;
  /** HMAC-SHA-256 under a key of its own; hashes for one purpose tell nothing about those for another. */
  lookupHash(purpose: string, value: string): Buffer;
}

interface VaultOptions {
  readonly orm: Orm;
  readonly keys: KeyProvider;
  readonly log: Pick<Logger, 'info' | 'error'>;
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
      // UTF-8 has no lone surrogates: what opens would differ from what was sealed.
      if (!plaintext.isWellFormed()) throw new RangeError('The text to seal is not valid Unicode.');
      return seal(await dataKeys.current(place.workspaceId), place, keySalt, Buffer.from(plaintext, 'utf8'));
    },
    open: async (place, keySalt, bytes) => (await open(dataKeys, place, keySalt, bytes)).toString('utf8'),
    reseal: async (place, keySalt, bytes) => {
      const plaintext = await open(dataKeys, place, keySalt, bytes);
      const current = await dataKeys.current(place.workspaceId);
      const resealed =
        current.id === parseSealed(bytes).keyId ? null : seal(current, place, keySalt, plaintext);
      plaintext.fill(0);
      return resealed;
    },
    createDataKey: async (em, workspaceId) => {
      await insertDataKey(em, keys, { workspaceId, purpose: 'seal' });
    },
    warm: async (workspaceId, forSeconds = 0) => {
      await dataKeys.current(workspaceId, forSeconds);
    },
    replaceDataKey: (em, current) => replaceDataKey(em, keys, current),
    renewKeys: () => dataKeys.renew(),
    rewrapDataKeys: (em, range) => rewrapDataKeys(em, keys, range),
    rootKeys: openRootKeysAtHand(() => orm.em.fork(), keys, log),
    lookupHash: (purpose, value) =>
      createHmac('sha256', lookupKey)
        .update(lengthPrefixed([purpose, value]))
        .digest(),
  };
}

function seal({ id, key }: DataKey, place: Place, keySalt: Uint8Array, plaintext: Buffer): Buffer {
  const recordKey = deriveRecordKey(key, keySalt, currentFormat);
  return encodeSealed(id, encrypt(recordKey, placeData(currentFormat, id, place), plaintext));
}

async function open(keys: KeyCache, place: Place, keySalt: Uint8Array, bytes: Uint8Array): Promise<Buffer> {
  const sealed = parseSealed(bytes);
  const { key } = await keys.find(place.workspaceId, sealed.keyId);
  const recordKey = deriveRecordKey(key, keySalt, sealed.format);
  return decrypt(recordKey, placeData(sealed.format, sealed.keyId, place), sealed);
}
