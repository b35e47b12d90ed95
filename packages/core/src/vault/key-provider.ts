import type { KeyServiceName } from './key-services/catalogue.ts';

/** Where a root key lives. */
export type KeyKind = 'local' | KeyServiceName;

/**
 * Where root keys live: in this process (`localKeyring`) or in a key management service.
 * Root keys wrap data keys and nothing else. Whatever asks a service throws VaultError `key_service_unavailable` when it
 * cannot be reached or refuses the call.
 */
export interface KeyProvider {
  /**
   * The one that stands first in the configuration: it becomes the primary key by itself, once, if it never was. Which
   * key wraps is kept in the database.
   */
  readonly primaryId: string;
  /** Every root key that can unwrap, in the order of the configuration. */
  ids(): string[];
  /** @throws VaultError `unknown_key` */
  kindOf(keyId: string): KeyKind;
  /** @throws VaultError `unknown_key` */
  wrap(keyId: string, associatedData: Buffer, plaintext: Buffer): Promise<Buffer>;
  /** @throws VaultError `unknown_key` or, for another key, place or content than at wrapping, `altered` or `unknown_format` */
  unwrap(keyId: string, associatedData: Buffer, wrapped: Uint8Array): Promise<Buffer>;
  /**
   * The key check value: what a key is remembered by, and worth nothing to somebody who reads it. Two proofs of one key
   * need not be equal. @throws VaultError `unknown_key`
   */
  prove(keyId: string): Promise<Buffer>;
  /** Whether the key is the one that a proof was made with. @throws VaultError `unknown_key` */
  verify(keyId: string, proof: Uint8Array): Promise<boolean>;
  /**
   * Reads the keys again where they come from a file. What is wrong with the new text is logged, and the keys at hand
   * stay; an id that is there already must name the same key. Whether the database knows the new ones is not its concern.
   * @returns whether the keys, or their order, are other ones now
   */
  reload(): Promise<boolean>;
}
