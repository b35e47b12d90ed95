/** One root key, wherever it lives. Errors are those of `KeyProvider`. */
export interface RootKey {
  wrap(associatedData: Buffer, plaintext: Buffer): Promise<Buffer>;
  unwrap(associatedData: Buffer, wrapped: Uint8Array): Promise<Buffer>;
  prove(): Promise<Buffer>;
  verify(proof: Uint8Array): Promise<boolean>;
}

/**
 * A key in a service. Both methods throw VaultError: `altered` and `unknown_key` when the service says so for certain,
 * `key_service_unavailable` for everything else; never an error of the client library, whose text is not ours.
 */
export interface ServiceKey {
  encrypt(associatedData: Buffer, plaintext: Buffer, signal: AbortSignal): Promise<Buffer>;
  decrypt(associatedData: Buffer, ciphertext: Buffer, signal: AbortSignal): Promise<Buffer>;
}

export interface ConnectOptions {
  /** A variable of the environment; null when it is unset or empty. */
  readonly variable: (name: string) => string | null;
  /** Whether a key may travel to this address: by https, or to this machine, or where the operator allows it. */
  readonly mayCall: (url: URL) => boolean;
}

/** How the keys of one service are used: a file of its own in this folder, and a line in `catalogue.ts`. */
export interface KeyService {
  /** Whether this can be the name of a key, such as an ARN. */
  readonly reference: RegExp;
  /** What such a name is, for the person who mistyped one. */
  readonly referenceIs: string;
  /**
   * Loads the client library and reads the variables of the service; asks it nothing.
   * @throws ConfigurationError
   */
  connect(options: ConnectOptions): Promise<(reference: string) => Promise<ServiceKey>>;
}
