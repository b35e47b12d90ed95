import { defineProvider, type KeyVerdict } from './define-provider.ts';

/**
 * Firecrawl, hosted or self-hosted. Checked by the credit usage, never by a scrape, search or crawl: those cost
 * credits, and their keyless tiers answer 200.
 */
export const firecrawl = defineProvider(
  {
    id: 'firecrawl',
    label: 'Firecrawl',
    docsUrl: 'https://docs.firecrawl.dev',
    sources: [
      'https://docs.firecrawl.dev/api-reference/v2-endpoint/credit-usage',
      'https://docs.firecrawl.dev/contributing/self-host',
    ],
    allowedHosts: ['api.firecrawl.dev'],
    authMethods: [
      {
        type: 'api_key',
        fields: [
          {
            name: 'apiKey',
            label: 'API key',
            secret: true,
            helpUrl: 'https://www.firecrawl.dev/app/api-keys',
            // Self-hosted servers take keys of any shape.
            warnPattern: '^fc-',
          },
          {
            name: 'baseUrl',
            label: 'Base URL',
            secret: false,
            required: false,
            kind: 'url',
            default: 'https://api.firecrawl.dev',
          },
        ],
        validate: {
          method: 'GET',
          url: '{{baseUrl}}/v2/team/credit-usage',
          headers: { authorization: 'Bearer {{apiKey}}', accept: 'application/json' },
          accepted: [200],
          rejected: [401],
        },
      },
    ],
  },
  { apiKey: { readAnswer } },
);

// A self-hosted server without database authentication passes every key and reports this many credits.
const unchecked = 99_999_999;

function readAnswer(body: object): KeyVerdict | null {
  const { success, data } = body as { success?: unknown; data?: { remainingCredits?: unknown } | null };
  if (success !== true) return null;
  const notice = data?.remainingCredits === unchecked ? 'key_not_checked' : null;
  return { outcome: 'accepted', notice };
}
