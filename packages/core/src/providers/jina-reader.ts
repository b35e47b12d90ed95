import { defineProvider, type KeyVerdict } from './define-provider.ts';

/** Jina Reader. The check costs nothing: it asks for the index page, which names the user of the key. */
export const jinaReader = defineProvider(
  {
    id: 'jina_reader',
    label: 'Jina Reader',
    docsUrl: 'https://jina.ai/reader',
    sources: ['https://jina.ai/reader', 'https://github.com/jina-ai/reader'],
    allowedHosts: ['r.jina.ai'],
    authMethods: [
      {
        type: 'api_key',
        fields: [{ name: 'apiKey', label: 'API key', secret: true, helpUrl: 'https://jina.ai/?sui=apikey' }],
        validate: {
          method: 'GET',
          url: 'https://r.jina.ai/',
          headers: { authorization: 'Bearer {{apiKey}}', accept: 'application/json' },
          accepted: [200],
          rejected: [401],
        },
      },
    ],
  },
  { apiKey: { readAnswer: requireAuthentication } },
);

// The page is served without a key as well; only `authenticatedAs` tells the difference (index page of the reader's
// source). Some deployments wrap it in `data`.
function requireAuthentication(body: object): KeyVerdict {
  const { authenticatedAs, data } = body as {
    authenticatedAs?: unknown;
    data?: { authenticatedAs?: unknown } | null;
  };
  const user = authenticatedAs ?? data?.authenticatedAs;
  if (typeof user === 'string' && user !== '') return { outcome: 'accepted', notice: null };
  return { outcome: 'rejected', detail: 'Jina Reader does not know this key.' };
}
