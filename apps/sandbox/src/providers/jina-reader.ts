import type { Answer, ErrorShapes, ProviderRequest, StandIn } from '../endpoint.ts';
import { bearerToken } from '../http/credentials.ts';
import type { World } from '../world.ts';

const kinds: Readonly<Record<number, { name: string; status: number; message: string }>> = {
  401: {
    name: 'AuthenticationFailedError',
    status: 40_103,
    message: 'Invalid API key, please get a new one.',
  },
  402: {
    name: 'InsufficientBalanceError',
    status: 40_203,
    message: 'Account balance not enough to run this query.',
  },
  429: { name: 'RateLimitTriggeredError', status: 42_901, message: 'Per UID rate limit exceeded.' },
};

const errors: ErrorShapes = {
  oauth: (error, description) => ({ status: 400, body: { error, error_description: description } }),
  api: (status, message) => {
    const kind = kinds[status] ?? {
      name: 'ServiceError',
      status: status * 100,
      message: 'Something went wrong.',
    };
    const text = message ?? kind.message;
    return {
      status,
      body: {
        data: null,
        code: status,
        name: kind.name,
        status: kind.status,
        message: text,
        readableMessage: text,
      },
    };
  },
};

/** https://github.com/jina-ai/reader: the index page says who asks, and costs nothing. */
export const jinaReader: StandIn = {
  origins: { 'https://r.jina.ai': '/jina' },
  endpoints: ['/jina', '/jina/'].map((route) => ({
    provider: 'jina_reader',
    method: 'GET',
    route,
    kind: 'key_check',
    errors,
    handle: index,
  })),
};

function index(request: ProviderRequest, world: World): Answer {
  const key = bearerToken(request);
  const verdict = world.keys.judge('jina_reader', key);
  if (key !== null && verdict.status !== 200) return errors.api(verdict.status);
  // Without a key the page is served all the same; only `authenticatedAs` tells the difference.
  const data = {
    usage1: 'https://r.jina.ai/YOUR_URL',
    usage2: 'https://s.jina.ai/YOUR_SEARCH_QUERY',
    homepage: 'https://jina.ai/reader',
    ...(key === null ? {} : { authenticatedAs: `sandbox-user (${verdict.name})`, balanceLeft: 1_000_000 }),
  };
  if (request.headers.accept?.includes('application/json')) {
    return { status: 200, body: { code: 200, status: 20_000, data } };
  }
  const text = Object.entries(data)
    .map(([name, value]) => `[${name}] ${value}`)
    .join('\n');
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` };
}
