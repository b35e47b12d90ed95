import type { OAuthClient } from '../auth-methods/index.ts';
import type { Vault } from '../vault/index.ts';

/** One OAuth client with its secret at one provider. A new secret is a new gate. */
export interface GateKey {
  readonly provider: string;
  readonly clientHash: Buffer;
}

export type HashingVault = Pick<Vault, 'lookupHash'>;

export function gateKey(
  vault: HashingVault,
  provider: string,
  { clientId, clientSecret }: Pick<OAuthClient, 'clientId' | 'clientSecret'>,
): GateKey {
  const secret = clientSecret?.reveal() ?? '';
  return { provider, clientHash: vault.lookupHash('client', `${clientId}\0${secret}`) };
}
