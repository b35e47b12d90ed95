import type { FastifyReply, FastifyRequest } from 'fastify';
import type { InteractionResults, Provider } from 'oidc-provider';
import { z } from 'zod';

const bodySchema = z.object({ accountId: z.string().nullable(), scopes: z.array(z.string()) });

/** Sign-in and consent in one step. `accountId` null is a refusal. Returns where the browser goes on. */
export async function settleInteraction(
  provider: Provider,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<{ returnTo: string }> {
  const details = await provider.interactionDetails(request.raw, reply.raw);
  const decision = bodySchema.parse(JSON.parse(String(request.headers['x-decision'])));
  const result = await resultOf(provider, String(details.params['client_id']), decision);
  const returnTo = await provider.interactionResult(request.raw, reply.raw, result);
  return { returnTo };
}

async function resultOf(
  provider: Provider,
  clientId: string,
  { accountId, scopes }: z.infer<typeof bodySchema>,
): Promise<InteractionResults> {
  if (accountId === null) return { error: 'access_denied', error_description: 'The user denied access.' };
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(scopes.join(' '));
  const grantId = await grant.save();
  return { login: { accountId }, consent: { grantId } };
}
