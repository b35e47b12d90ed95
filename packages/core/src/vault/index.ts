export type { Place } from './associated-data.ts';
export { constantTimeEqual } from './constant-time.ts';
export type { KeyProvider } from './key-provider.ts';
export { localKeyring } from './keyring.ts';
export { openVault, type Vault } from './vault.ts';
export { VaultError, type VaultErrorCode } from './vault-error.ts';
