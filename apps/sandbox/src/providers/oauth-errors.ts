import type { Answer, ErrorShapes } from '../endpoint.ts';

/** RFC 6749 section 5.2. */
export function standardOAuthError(error: string, description: string): Answer {
  return { status: error === 'invalid_client' ? 401 : 400, body: { error, error_description: description } };
}

/** The words of a server that has none of its own. */
export const standardErrors: ErrorShapes = {
  oauth: standardOAuthError,
  api: (status, message) => ({
    status,
    body: {
      error: status === 429 ? 'slow_down' : 'server_error',
      error_description: message ?? `Status ${status}.`,
    },
  }),
};
