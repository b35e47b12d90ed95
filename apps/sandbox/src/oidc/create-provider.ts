import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { Provider } from 'oidc-provider';
import type { Configuration, JWK } from 'oidc-provider';
import { renderErrorPage } from '../consent/page.ts';
import { findAccount } from '../state/accounts.ts';
import { redirectUriIsAllowed } from '../state/clients.ts';
import type { World } from '../world.ts';
import type { OidcStore } from './adapter.ts';

export const interactionPath = '/interaction/';

const day = 86_400;

/** The OAuth server: strict rotation with reuse detection, PKCE, revocation, `iss` in the redirect (RFC 9207). */
export async function createProvider(world: World, store: OidcStore): Promise<Provider> {
  const issuer = `${world.url}/oidc`;
  const provider = new Provider(issuer, {
    ...configurationFor(world, store),
    jwks: { keys: [await signingKey()] },
  });
  // URLs are built from the Host header, which dispatch() always sets to the public one.
  provider.proxy = true;
  provider.Client.prototype.redirectUriAllowed = function redirectUriAllowed(redirectUri) {
    const client = world.clients.find('sandbox', this.clientId);
    return client !== undefined && redirectUriIsAllowed(client, redirectUri);
  };
  return provider;
}

function configurationFor(world: World, store: OidcStore): Configuration {
  return {
    adapter: store.adapter,
    scopes: ['openid', 'offline_access', 'profile', 'email', 'files.read', 'files.write'],
    claims: { openid: ['sub'], profile: ['name', 'picture'], email: ['email', 'email_verified'] },
    // A console that signs people in reads name and e-mail from the ID token.
    conformIdTokenClaims: false,
    cookies: { keys: [randomBytes(32).toString('hex')] },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: ownTokensOnly },
      introspection: { enabled: true, allowedPolicy: ownTokensOnly },
      rpInitiatedLogout: { enabled: false },
    },
    interactions: { url: (_ctx, interaction) => `${interactionPath}${interaction.uid}` },
    // The console may sign in without; a client that connects data sources may not.
    pkce: { required: (_ctx, client) => client.clientId !== 'console' },
    rotateRefreshToken: true,
    issueRefreshToken: async (_ctx, client) => client.clientId !== 'console',
    expiresWithSession: async () => false,
    // Every authorization is a consent of its own, so that revoking one leaves the others alone.
    loadExistingGrant: async (ctx) => {
      const grantId = ctx.oidc.result?.consent?.grantId;
      return grantId === undefined ? undefined : ctx.oidc.provider.Grant.find(grantId);
    },
    findAccount: (_ctx, id) => {
      const account = findAccount(id);
      if (account === undefined) return undefined;
      const { name, email, picture } = account;
      return { accountId: id, claims: async () => ({ sub: id, name, email, email_verified: true, picture }) };
    },
    renderError: async (ctx, out) => {
      ctx.type = 'html';
      ctx.body = renderErrorPage('Request refused', out.error_description ?? out.error);
    },
    ttl: {
      AccessToken: () => world.settings.accessTokenTtlSeconds.sandbox,
      AuthorizationCode: 60,
      Grant: 90 * day,
      IdToken: 3600,
      Interaction: 3600,
      RefreshToken: 90 * day,
      Session: day,
    },
  };
}

async function ownTokensOnly(
  _ctx: unknown,
  client: { clientId: string },
  token: { clientId?: string | undefined },
): Promise<boolean> {
  return token.clientId === client.clientId;
}

async function signingKey(): Promise<JWK> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return {
    ...privateKey.export({ format: 'jwk' }),
    kid: randomBytes(8).toString('hex'),
    use: 'sig',
    alg: 'RS256',
  };
}
