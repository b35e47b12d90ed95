import { defineProvider } from './define-provider.ts';

const notionVersion = { 'notion-version': '2022-06-28' };

/**
 * Notion. The token answer names workspace and bot and has no `expires_in`; a refresh ends the refresh token before
 * it (reference/create-a-token, reference/refresh-a-token). Key prefixes are not matched: Notion asks not to
 * (changelog, "new API token format").
 */
export const notion = defineProvider(
  {
    id: 'notion',
    label: 'Notion',
    docsUrl: 'https://developers.notion.com/docs/authorization',
    sources: [
      'https://developers.notion.com/reference/get-self',
      'https://developers.notion.com/reference/create-a-token',
      'https://developers.notion.com/reference/refresh-a-token',
      'https://developers.notion.com/reference/revoke-token',
      'https://developers.notion.com/reference/request-limits',
    ],
    allowedHosts: ['api.notion.com'],
    authMethods: [
      {
        type: 'api_key',
        fields: [
          {
            name: 'integrationSecret',
            label: 'Internal integration secret',
            secret: true,
            helpUrl: 'https://www.notion.so/profile/integrations',
          },
        ],
        // reference/get-self: the bot of the token; `bot` may be an empty object.
        validate: {
          method: 'GET',
          url: 'https://api.notion.com/v1/users/me',
          headers: { authorization: 'Bearer {{integrationSecret}}', ...notionVersion },
          accepted: [200],
          rejected: [401],
          account: { id: '/id', name: '/bot/workspace_name', avatarUrl: '/avatar_url' },
        },
      },
      {
        type: 'oauth2',
        authorizationEndpoint: 'https://api.notion.com/v1/oauth/authorize',
        tokenEndpoint: 'https://api.notion.com/v1/oauth/token',
        // reference/revoke-token: Basic and a JSON body; its example passes the access token.
        revocationEndpoint: 'https://api.notion.com/v1/oauth/revoke',
        // Older apps hand out one grant at every authorization; once it was refreshed, only `bot_id` tells.
        revocation: { kind: 'json', token: 'access_token', endsAllOfAccount: true },
        // reference/create-a-token: HTTP Basic and a JSON body.
        clientAuthentication: 'client_secret_basic',
        tokenRequestFormat: 'json',
        tokenRequestHeaders: notionVersion,
        // docs/authorization: no PKCE, no scopes (pages are picked on the consent screen), owner=user.
        pkce: 'none',
        scopes: [],
        authorizationParams: { owner: 'user' },
        refresh: { rotation: 'strict' },
      },
    ],
  },
  {
    oauth2: {
      // reference/create-a-token; `bot_id` also tells two credentials that share one grant.
      readAccount: ({ bot_id: bot, workspace_name: workspace, workspace_icon: icon }) => ({
        id: typeof bot === 'string' ? bot : null,
        name: typeof workspace === 'string' ? workspace : null,
        // The icon may be an emoji.
        avatarUrl: typeof icon === 'string' && icon.startsWith('https://') ? icon : null,
      }),
    },
  },
);
