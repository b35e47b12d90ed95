import { z } from 'zod';
import { labProviderIdSchema, providerIdSchema } from '../provider-ids.ts';
import type { ProviderId } from '../provider-ids.ts';

export const clientInputSchema = z
  .object({
    provider: providerIdSchema,
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    /** Matched exactly. Without a list, any loopback address that ends with the provider's callback path is accepted. */
    redirectUris: z.array(z.url()).min(1).optional(),
    /** Only the OAuth server behind `sandbox` holds a client to one method. */
    tokenEndpointAuthMethod: z.enum(['client_secret_basic', 'client_secret_post']).optional(),
  })
  .strict();

export type ClientInput = z.infer<typeof clientInputSchema>;

/** An OAuth client as a provider knows it. */
export interface Client {
  provider: ProviderId;
  clientId: string;
  clientSecret: string;
  redirectUris: readonly string[] | null;
  loopbackPath: string;
  tokenEndpointAuthMethod: 'client_secret_basic' | 'client_secret_post';
}

const oauthProviderIds = [
  'notion',
  'google_drive',
  'dropbox',
  'onedrive',
  'sandbox',
  ...labProviderIdSchema.options,
] as const;

export class Clients {
  readonly #clients = new Map<string, Client>();

  constructor() {
    for (const provider of oauthProviderIds) {
      this.register({
        provider,
        clientId: `sandbox-${provider}`,
        clientSecret: `sandbox-${provider}-secret`,
      });
    }
    this.#put({
      ...clientOf({ provider: 'sandbox', clientId: 'console', clientSecret: 'console-secret' }),
      loopbackPath: '/auth/callback',
    });
  }

  register(input: ClientInput): void {
    this.#put(clientOf(input));
  }

  find(provider: ProviderId, clientId: string | null | undefined): Client | undefined {
    return this.#clients.get(`${provider} ${clientId ?? ''}`);
  }

  #put(client: Client): void {
    this.#clients.set(`${client.provider} ${client.clientId}`, client);
  }
}

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

export function redirectUriIsAllowed(client: Client, redirectUri: string): boolean {
  if (client.redirectUris !== null) return client.redirectUris.includes(redirectUri);
  const url = URL.parse(redirectUri);
  if (url === null || url.hash !== '' || url.username !== '' || url.search !== '') return false;
  return (
    loopbackHosts.has(url.hostname) &&
    url.pathname.endsWith(client.loopbackPath) &&
    url.protocol.startsWith('http')
  );
}

function clientOf(input: ClientInput): Client {
  return {
    provider: input.provider,
    clientId: input.clientId,
    clientSecret: input.clientSecret,
    redirectUris: input.redirectUris ?? null,
    loopbackPath: `/oauth/callback/${input.provider}`,
    tokenEndpointAuthMethod: input.tokenEndpointAuthMethod ?? 'client_secret_basic',
  };
}
