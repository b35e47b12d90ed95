import type { Answer, ErrorShapes, ProviderRequest, StandIn } from '../endpoint.ts';
import { bearerToken } from '../http/credentials.ts';
import type { World } from '../world.ts';

const messages: Readonly<Record<number, string>> = {
  401: 'Unauthorized: Invalid token',
  402: 'Payment Required: Insufficient credits',
  403: 'Forbidden: This team has been blocked',
  408: 'Request timed out',
  429: 'Rate limit exceeded',
};

const errors: ErrorShapes = {
  oauth: (error, description) => ({ status: 400, body: { error, error_description: description } }),
  api: (status, message) => ({
    status,
    body: {
      success: false,
      error: message ?? messages[status] ?? 'An unexpected error occurred on the server.',
    },
  }),
};

const common = { provider: 'firecrawl', method: 'GET', kind: 'key_check', errors } as const;

/** https://docs.firecrawl.dev/api-reference/endpoint/credit-usage */
export const firecrawl: StandIn = {
  origins: { 'https://api.firecrawl.dev': '/firecrawl' },
  endpoints: [
    { ...common, route: '/firecrawl/v2/team/credit-usage', handle: creditUsage },
    // A self-hosted server without database authentication: any key passes, none is checked.
    {
      ...common,
      route: '/firecrawl-selfhosted/v2/team/credit-usage',
      handle: () => usage(99_999_999, 99_999_999),
    },
  ],
};

function creditUsage(request: ProviderRequest, world: World): Answer {
  const { status } = world.keys.judge('firecrawl', bearerToken(request));
  return status === 200 ? usage(4200, 5000) : errors.api(status);
}

function usage(remainingCredits: number, planCredits: number): Answer {
  const period = {
    billingPeriodStart: '2026-01-01T00:00:00.000Z',
    billingPeriodEnd: '2026-01-31T23:59:59.000Z',
  };
  return { status: 200, body: { success: true, data: { remainingCredits, planCredits, ...period } } };
}
