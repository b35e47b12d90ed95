import { defineProvider } from './define-provider.ts';

/** Dropbox. The refresh token neither rotates nor expires (oauth-guide, "Using refresh tokens"). */
export const dropbox = defineProvider({
  id: 'dropbox',
  label: 'Dropbox',
  docsUrl: 'https://developers.dropbox.com/oauth-guide',
  sources: [
    'https://developers.dropbox.com/oauth-guide',
    'https://www.dropbox.com/developers/documentation/http/documentation',
  ],
  allowedHosts: ['api.dropboxapi.com'],
  authMethods: [
    {
      type: 'oauth2',
      authorizationEndpoint: 'https://www.dropbox.com/oauth2/authorize',
      tokenEndpoint: 'https://api.dropboxapi.com/oauth2/token',
      // documentation#auth-token-revoke: the access token as a header, no body; ends the refresh token with it.
      revocationEndpoint: 'https://api.dropboxapi.com/2/auth/token/revoke',
      revocation: { kind: 'bearer', token: 'access_token', goneErrors: ['invalid_access_token'] },
      clientAuthentication: 'client_secret_post',
      pkce: 'S256',
      scopes: ['account_info.read', 'files.metadata.read', 'files.content.read'],
      // Without it there is no refresh token and the connection ends after four hours.
      authorizationParams: { token_access_type: 'offline' },
      refreshTokenRequired: true,
      refresh: { rotation: 'none', expiresInDefaultSeconds: 14_400 },
      // documentation#users-get_current_account: POST without a body.
      userinfo: {
        method: 'POST',
        url: 'https://api.dropboxapi.com/2/users/get_current_account',
        account: { id: '/account_id', name: '/name/display_name', avatarUrl: '/profile_photo_url' },
      },
    },
  ],
});
