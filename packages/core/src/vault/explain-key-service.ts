import { ConfigurationError } from '../errors.ts';
import { VaultError } from './vault-error.ts';

/** What an operator reads when a key service keeps a process from starting; any other error as it is. */
export function explainKeyService(error: unknown): unknown {
  if (!(error instanceof VaultError) || error.reason === null) return error;
  return new ConfigurationError([`LATCHKEY_ROOT_KEYS: a root key cannot be used. ${error.message}`]);
}
