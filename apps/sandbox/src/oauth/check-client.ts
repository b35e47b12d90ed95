import type { ProviderRequest } from '../endpoint.ts';
import { basicCredentials } from '../http/credentials.ts';
import type { Fields } from '../http/fields.ts';
import type { ProviderId } from '../provider-ids.ts';
import type { Client } from '../state/clients.ts';
import type { World } from '../world.ts';

/** The client when id and secret are right and came by an accepted way; undefined otherwise. */
export function checkClient(
  world: World,
  provider: ProviderId,
  request: ProviderRequest,
  accepted: { basic?: boolean; body?: Fields },
): Client | undefined {
  const basic = accepted.basic ? basicCredentials(request) : null;
  const clientId = basic?.clientId ?? accepted.body?.['client_id'];
  const clientSecret = basic?.clientSecret ?? accepted.body?.['client_secret'];
  const client = world.clients.find(provider, clientId);
  return client !== undefined && client.clientSecret === clientSecret ? client : undefined;
}

/** Whether a token request is a first exchange or a refresh, for the log and for faults. */
export function tokenKind(fields: Fields): 'token.code' | 'token.refresh' {
  return fields['grant_type'] === 'refresh_token' ? 'token.refresh' : 'token.code';
}
