export type { Place } from './associated-data.ts';
export { constantTimeEqual } from './constant-time.ts';
export type { KeyProvider } from './key-provider.ts';
export { explainKeyService } from './explain-key-service.ts';
export type { KeyCall } from './key-services/guard-key.ts';
export { localKeyring, openKeyring } from './keyring.ts';
export type { Batch } from './rewrap-data-keys.ts';
export { openVault, type Vault } from './vault.ts';
export { doesNotOpen, isKeyServiceAway, VaultError, type VaultErrorCode } from './vault-error.ts';
