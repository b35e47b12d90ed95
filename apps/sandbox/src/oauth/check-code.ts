import { createHash } from 'node:crypto';
import type { ProviderId } from '../provider-ids.ts';
import type { Client } from '../state/clients.ts';
import type { Code } from '../state/tokens.ts';
import type { World } from '../world.ts';

/** Why a code is not exchanged; each provider words these in its own way. */
export type CodeProblem = 'code' | 'redirect_uri' | 'verifier_missing' | 'verifier';

export interface CodeExchange {
  code: string | undefined;
  redirectUri: string | undefined;
  verifier: string | undefined;
  tenant?: string | undefined;
}

/** Checks a code against what it is bound to and uses it up; a wrong request leaves it usable. */
export function checkCode(
  world: World,
  provider: ProviderId,
  client: Client,
  exchange: CodeExchange,
): { code: Code } | { problem: CodeProblem } {
  const code = world.tokens.findCode(provider, exchange.code);
  const isUsable =
    code !== undefined &&
    !code.used &&
    code.expiresAt > Date.now() &&
    code.grant.clientId === client.clientId &&
    code.grant.revokedAt === null &&
    (code.tenant === null || code.tenant === exchange.tenant);
  if (!isUsable) return { problem: 'code' };
  if (code.redirectUri !== exchange.redirectUri) return { problem: 'redirect_uri' };
  if (code.challenge !== null) {
    if (exchange.verifier === undefined) return { problem: 'verifier_missing' };
    if (challengeOf(exchange.verifier) !== code.challenge) return { problem: 'verifier' };
  }
  code.used = true;
  return { code };
}

/** S256 (RFC 7636 section 4.2). */
function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
