/**
 * Where root keys live: in this process (`localKeyring`) or in a key management service.
 * Root keys wrap data keys and nothing else.
 */
export interface KeyProvider {
  /** The root key that wraps new data keys. */
  readonly primaryId: string;
  /** Every root key that can unwrap. */
  ids(): string[];
  /** @throws VaultError `unknown_key` */
  wrap(keyId: string, associatedData: Buffer, plaintext: Buffer): Promise<Buffer>;
  /** @throws VaultError `unknown_key` or, for another key, place or content than at wrapping, `altered` or `unknown_format` */
  unwrap(keyId: string, associatedData: Buffer, wrapped: Uint8Array): Promise<Buffer>;
  /** The key check value: the same for the same key, and worth nothing to somebody who reads it. @throws VaultError `unknown_key` */
  check(keyId: string): Promise<Buffer>;
}
