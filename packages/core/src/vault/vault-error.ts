const messages = {
  unknown_format: 'The ciphertext has a format this version does not know.',
  unknown_key: 'The key this needs does not exist or belongs to another workspace.',
  altered: 'The ciphertext was altered, cut or moved from where it belongs.',
  key_service_unavailable: 'The key service cannot be reached or refuses the call.',
} as const;

export type VaultErrorCode = keyof typeof messages;

interface VaultErrorOptions {
  readonly cause?: unknown;
  /** What a key service said, in words of ours: names and codes, nothing that it was sent. */
  readonly reason?: string;
}

/** A ciphertext or wrapped key that cannot be opened, or not now. Says in which way, never what was inside. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code: VaultErrorCode;
  /** Null unless a key service was asked. */
  readonly reason: string | null;

  constructor(code: VaultErrorCode, { reason, ...options }: VaultErrorOptions = {}) {
    super(reason === undefined ? messages[code] : `${messages[code]} (${reason})`, options);
    this.code = code;
    this.reason = reason ?? null;
  }
}

/** Whether a key could not be unwrapped for now: nothing is wrong with what it would have opened. */
export function isKeyServiceAway(error: unknown): boolean {
  return error instanceof VaultError && error.code === 'key_service_unavailable';
}

/** Whether an error says that something does not open, now or later: neither the database nor a key is away. */
export function doesNotOpen(error: unknown): boolean {
  return error instanceof VaultError && !isKeyServiceAway(error);
}
