import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import { z } from 'zod';
import { fingerprint } from '../fingerprint.ts';
import type { Client, Clients } from '../state/clients.ts';
import type { GrantIndex } from '../state/grant-index.ts';
import type { GrantQuery, GrantSelector, GrantSource, GrantView } from '../state/grant-source.ts';

interface Stored {
  payload: AdapterPayload;
  expiresAt: number;
}

const grantedScopeSchema = z.object({ openid: z.object({ scope: z.string().optional() }).optional() });

type KnownGrant = Omit<GrantView, 'liveRefreshTokens' | 'liveAccessTokens'>;

/** The OAuth server's storage: in memory, with clients from the registry and grants that outlive revocation. */
export class OidcStore implements GrantSource {
  readonly #records = new Map<string, Map<string, Stored>>();
  readonly #grants = new Map<string, KnownGrant>();
  readonly #clients: Clients;
  readonly #index: GrantIndex;

  constructor(clients: Clients, index: GrantIndex) {
    this.#clients = clients;
    this.#index = index;
  }

  /** Given to oidc-provider, which asks for one adapter per model. */
  readonly adapter: AdapterFactory = (model: string): Adapter => ({
    upsert: async (id, payload, expiresIn) => this.#upsert(model, id, payload, expiresIn),
    find: async (id) => (model === 'Client' ? this.#findClient(id) : this.#live(model).get(id)?.payload),
    findByUid: async (uid) =>
      [...this.#live(model).values()].find(({ payload }) => payload.uid === uid)?.payload,
    findByUserCode: async () => undefined,
    consume: async (id) => {
      const stored = this.#live(model).get(id);
      if (stored) stored.payload.consumed = Math.floor(Date.now() / 1000);
    },
    destroy: async (id) => {
      this.#live(model).delete(id);
      if (model === 'Grant') this.#markRevoked(id);
    },
    revokeByGrantId: async (grantId) => void this.#drop(model, grantId),
  });

  grants(selector: GrantQuery): GrantView[] {
    return this.#selected(selector).map((grant) => ({
      ...grant,
      liveRefreshTokens: this.#tokensOf('RefreshToken', grant.grantId),
      liveAccessTokens: this.#tokensOf('AccessToken', grant.grantId),
    }));
  }

  expireAccessTokens(selector: GrantSelector): number {
    return this.#selected(selector).reduce(
      (count, { grantId }) => count + this.#drop('AccessToken', grantId),
      0,
    );
  }

  revokeGrants(selector: GrantSelector): number {
    const live = this.#selected(selector).filter(({ revokedAt }) => revokedAt === null);
    for (const { grantId } of live) {
      for (const model of ['AccessToken', 'RefreshToken', 'AuthorizationCode']) this.#drop(model, grantId);
      this.#live('Grant').delete(grantId);
      this.#markRevoked(grantId);
    }
    return live.length;
  }

  #upsert(model: string, id: string, payload: AdapterPayload, expiresIn = Infinity): void {
    this.#live(model).set(id, { payload, expiresAt: Date.now() + expiresIn * 1000 });
    if (model === 'Grant') this.#learnGrant(id, payload);
    else if (payload.grantId) this.#index.remember(id, payload.grantId);
  }

  #learnGrant(grantId: string, payload: AdapterPayload): void {
    const { openid } = grantedScopeSchema.parse(payload);
    this.#grants.set(grantId, {
      grantId,
      provider: 'sandbox',
      clientId: payload.clientId ?? '',
      accountId: payload.accountId ?? '',
      scopes: openid?.scope?.split(' ') ?? [],
      createdAt: this.#grants.get(grantId)?.createdAt ?? new Date().toISOString(),
      revokedAt: null,
    });
  }

  #findClient(clientId: string): AdapterPayload | undefined {
    const client = this.#clients.find('sandbox', clientId);
    return client && clientMetadata(client);
  }

  #live(model: string): Map<string, Stored> {
    const records = this.#records.get(model) ?? new Map<string, Stored>();
    this.#records.set(model, records);
    for (const [id, { expiresAt }] of records) if (expiresAt <= Date.now()) records.delete(id);
    return records;
  }

  #drop(model: string, grantId: string): number {
    const records = this.#live(model);
    const doomed = [...records].filter(([, { payload }]) => payload.grantId === grantId);
    for (const [id] of doomed) records.delete(id);
    return doomed.length;
  }

  #tokensOf(model: string, grantId: string): string[] {
    return [...this.#live(model)]
      .filter(([, { payload }]) => payload.grantId === grantId && payload.consumed === undefined)
      .map(([id]) => fingerprint(id));
  }

  #markRevoked(grantId: string): void {
    const grant = this.#grants.get(grantId);
    if (grant) grant.revokedAt ??= new Date().toISOString();
  }

  #selected({ provider = 'sandbox', grantId }: GrantQuery): KnownGrant[] {
    if (provider !== 'sandbox') return [];
    return [...this.#grants.values()].filter((grant) => grantId === undefined || grant.grantId === grantId);
  }
}

function clientMetadata(client: Client): AdapterPayload {
  return {
    client_id: client.clientId,
    client_secret: client.clientSecret,
    // Loopback redirect URIs are checked by rule, not by list; the schema wants one all the same.
    redirect_uris: [...(client.redirectUris ?? [`http://localhost${client.loopbackPath}`])],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: client.tokenEndpointAuthMethod,
  };
}
