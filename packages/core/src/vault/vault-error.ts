const messages = {
  unknown_format: 'The ciphertext has a format this version does not know.',
  unknown_key: 'The key this needs does not exist or belongs to another workspace.',
  altered: 'The ciphertext was altered, cut or moved from where it belongs.',
} as const;

export type VaultErrorCode = keyof typeof messages;

/** A ciphertext or wrapped key that cannot be opened. Says which of three ways, never what was inside. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code: VaultErrorCode;

  constructor(code: VaultErrorCode, options: { cause?: unknown } = {}) {
    super(messages[code], options);
    this.code = code;
  }
}
