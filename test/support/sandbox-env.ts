import type { Sandbox } from '@latchkey/sandbox';

const oauthProviders = ['sandbox', 'notion', 'google_drive', 'dropbox', 'onedrive'];

/** What makes API and workers use the sandbox for every provider. */
export function sandboxEnv({ url, overrides }: Pick<Sandbox, 'url' | 'overrides'>): Record<string, string> {
  const clients = oauthProviders.flatMap((provider) => [
    [`OAUTH_${provider.toUpperCase()}_CLIENT_ID`, `sandbox-${provider}`],
    [`OAUTH_${provider.toUpperCase()}_CLIENT_SECRET`, `sandbox-${provider}-secret`],
  ]);
  return {
    PROVIDER_ENDPOINT_OVERRIDES: JSON.stringify({ ...overrides, 'https://sandbox.latchkey.test': url }),
    ...Object.fromEntries(clients),
  };
}
