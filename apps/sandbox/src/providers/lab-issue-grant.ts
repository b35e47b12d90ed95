import { z } from 'zod';
import { labProviderIdSchema } from '../provider-ids.ts';
import type { World } from '../world.ts';
import { mintPair } from './lab-token.ts';

export const grantInputSchema = z
  .object({
    provider: labProviderIdSchema,
    clientId: z.string().min(1),
    /** One of the sandbox's accounts, or any other name. */
    account: z.string().min(1),
    scopes: z.array(z.string()).default(['read']),
  })
  .strict();

export type GrantInput = z.input<typeof grantInputSchema>;

/** A grant with its tokens as they are: the only answer of the control API that carries any. */
export interface IssuedGrant {
  grantId: string;
  accessToken: string;
  refreshToken: string;
  /** Seconds. */
  expiresIn: number;
}

/** Makes a grant without consent, code and exchange, and without an entry in the log. Throws on an unknown client. */
export function issueGrant(world: World, input: GrantInput): IssuedGrant {
  const { provider, clientId, account, scopes } = grantInputSchema.parse(input);
  if (world.clients.find(provider, clientId) === undefined) {
    const message = `${provider} does not know this client`;
    throw new z.ZodError([{ code: 'custom', path: ['clientId'], message, input: clientId }]);
  }
  const grant = world.tokens.createGrant({ provider, clientId, accountId: account, scopes });
  return { grantId: grant.id, ...mintPair(provider, grant, world) };
}
