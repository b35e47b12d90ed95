import { defineProvider } from './define-provider.ts';

/**
 * Google Drive. A refresh normally brings no refresh token and the old one stays (identity/protocols/oauth2,
 * "Refreshing an access token"); one that was not used for six months ends.
 */
export const googleDrive = defineProvider({
  id: 'google_drive',
  label: 'Google Drive',
  docsUrl: 'https://developers.google.com/identity/protocols/oauth2/web-server',
  sources: [
    'https://developers.google.com/identity/protocols/oauth2',
    'https://developers.google.com/identity/protocols/oauth2/web-server',
    'https://accounts.google.com/.well-known/openid-configuration',
  ],
  allowedHosts: ['oauth2.googleapis.com', 'www.googleapis.com'],
  authMethods: [
    {
      type: 'oauth2',
      authorizationEndpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
      tokenEndpoint: 'https://oauth2.googleapis.com/token',
      // web-server, "Revoking a token": `token` as a form, no client; `invalid_token` for one that ended.
      revocationEndpoint: 'https://oauth2.googleapis.com/revoke',
      revocation: {
        endsAllOfAccount: true,
        kind: 'form',
        token: 'refresh_token',
        clientAuthentication: false,
        goneErrors: ['invalid_token'],
      },
      // Checked when the answer carries `iss`.
      issuer: 'https://accounts.google.com',
      clientAuthentication: 'client_secret_post',
      pkce: 'S256',
      scopes: [
        'https://www.googleapis.com/auth/drive.readonly',
        'https://www.googleapis.com/auth/userinfo.profile',
        'https://www.googleapis.com/auth/userinfo.email',
      ],
      // web-server: only a consent that is asked for anew is sure to bring a refresh token.
      authorizationParams: { access_type: 'offline', prompt: 'consent' },
      callbackParams: ['authuser', 'prompt', 'hd'],
      refreshTokenRequired: true,
      refresh: { rotation: 'none', expiresInDefaultSeconds: 3600, idleDays: 180 },
      // web-server, "Authorization errors".
      errors: {
        admin_policy_enforced: 'admin_consent_required',
        org_internal: 'client_misconfigured',
        deleted_client: 'client_misconfigured',
        disabled_client: 'client_misconfigured',
        redirect_uri_mismatch: 'client_misconfigured',
      },
      userinfo: {
        method: 'GET',
        url: 'https://www.googleapis.com/oauth2/v2/userinfo',
        account: { id: '/id', name: '/name', avatarUrl: '/picture' },
      },
    },
  ],
});
