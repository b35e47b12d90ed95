import { defineProvider } from './define-provider.ts';

/** Stands for wherever the sandbox runs; `.test` never resolves (RFC 6761). */
export const sandboxOrigin = 'https://sandbox.latchkey.test';

/** The development-only provider of apps/sandbox: an OAuth server with strict rotation, and a key check. */
export const sandbox = defineProvider({
  id: 'sandbox',
  label: 'Sandbox',
  docsUrl: 'https://github.com/panva/node-oidc-provider',
  sources: ['https://github.com/panva/node-oidc-provider/blob/main/docs/README.md'],
  allowedHosts: ['sandbox.latchkey.test'],
  authMethods: [
    {
      type: 'api_key',
      fields: [{ name: 'apiKey', label: 'API key', secret: true }],
      validate: {
        method: 'GET',
        url: `${sandboxOrigin}/sandbox/me`,
        headers: { authorization: 'Bearer {{apiKey}}' },
        accepted: [200],
        rejected: [401],
        account: { id: '/id', name: '/name' },
      },
    },
    {
      type: 'oauth2',
      authorizationEndpoint: `${sandboxOrigin}/oidc/auth`,
      tokenEndpoint: `${sandboxOrigin}/oidc/token`,
      revocationEndpoint: `${sandboxOrigin}/oidc/token/revocation`,
      issuer: `${sandboxOrigin}/oidc`,
      issRequired: true,
      clientAuthentication: 'client_secret_basic',
      pkce: 'S256',
      scopes: ['openid', 'profile', 'offline_access', 'files.read'],
      // OpenID Connect Core, section 11: offline_access is ignored without it.
      authorizationParams: { prompt: 'consent' },
      refreshTokenRequired: true,
      tokenRequestsPerSecond: 1000,
      refresh: { rotation: 'strict' },
      userinfo: {
        method: 'GET',
        url: `${sandboxOrigin}/oidc/me`,
        account: { id: '/sub', name: '/name', avatarUrl: '/picture' },
      },
    },
  ],
});
