import type { OAuthClient } from '../auth-methods/index.ts';
import type { Provider } from '../providers/index.ts';
import { requireOAuth2 } from '../providers/require-provider.ts';
import { gateKey, type HashingVault } from './gate-key.ts';
import type { GateAnswer, Gates } from './open-gates.ts';

/**
 * Asks whether a token request may leave now: the provider answers as far as anybody knows, it does not reject the
 * client, and the rate allows one more. Waits up to a second for the rate or for somebody's try, without a connection;
 * never call it inside a transaction. Whoever passes tells `recordOutcome` how it ended.
 */
export async function passGate(
  ctx: { readonly vault: HashingVault; readonly gates: Gates },
  provider: Provider,
  client: Pick<OAuthClient, 'clientId' | 'clientSecret'>,
): Promise<GateAnswer> {
  const { tokenRequestsPerSecond } = requireOAuth2(provider);
  return ctx.gates.pass(gateKey(ctx.vault, provider.id, client), tokenRequestsPerSecond);
}
