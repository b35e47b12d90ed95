import { defineProvider } from './define-provider.ts';
import { readMicrosoftError } from './microsoft-errors.ts';

const graph = 'https://graph.microsoft.com/';

/**
 * OneDrive. Every refresh brings a new refresh token; the old one is not revoked (refresh-tokens, "Token lifetime":
 * 90 days). There is no revocation of a single grant: `revokeSignInSessions` would end all sessions of the user.
 */
export const onedrive = defineProvider(
  {
    id: 'onedrive',
    label: 'OneDrive',
    docsUrl: 'https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow',
    sources: [
      'https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow',
      'https://learn.microsoft.com/entra/identity-platform/refresh-tokens',
      'https://learn.microsoft.com/entra/identity-platform/reference-error-codes',
      'https://learn.microsoft.com/graph/api/user-get',
    ],
    allowedHosts: ['login.microsoftonline.com', 'graph.microsoft.com'],
    authMethods: [
      {
        type: 'oauth2',
        authorizationEndpoint: 'https://login.microsoftonline.com/{{tenant}}/oauth2/v2.0/authorize',
        tokenEndpoint: 'https://login.microsoftonline.com/{{tenant}}/oauth2/v2.0/token',
        clientAuthentication: 'client_secret_post',
        pkce: 'S256',
        scopes: ['offline_access', 'User.Read', 'Files.Read'],
        // v2-oauth2-auth-code-flow: the refresh token is the answer to offline_access.
        scopesNotReturned: ['offline_access'],
        scopeOnTokenRequests: true,
        authorizationParams: { response_mode: 'query' },
        callbackParams: ['admin_consent', 'tenant', 'error_subcode', 'error_codes'],
        clientParams: [
          {
            name: 'tenant',
            label: 'Directory (tenant)',
            default: 'organizations',
            // A well-known name, a directory id or a verified domain.
            pattern: '[A-Za-z0-9][A-Za-z0-9-]*(\\.[A-Za-z0-9-]+)*',
          },
        ],
        refreshTokenRequired: true,
        refresh: { rotation: 'rolling', expiresInDefaultSeconds: 3600, idleDays: 90 },
        errors: {
          consent_required: 'admin_consent_required',
          interaction_required: 'grant_revoked',
          login_required: 'grant_revoked',
        },
        userinfo: {
          method: 'GET',
          url: `${graph}v1.0/me`,
          account: { id: '/id', name: '/displayName' },
        },
      },
    ],
  },
  {
    oauth2: {
      readError: readMicrosoftError,
      // Asked for as `Files.Read`, answered as that or as `https://graph.microsoft.com/Files.Read`, in any case.
      normalizeScope: (scope) => scope.toLowerCase().replace(graph, ''),
    },
  },
);
