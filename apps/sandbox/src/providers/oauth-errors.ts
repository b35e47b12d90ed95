import type { Answer } from '../endpoint.ts';

/** RFC 6749 section 5.2. */
export function standardOAuthError(error: string, description: string): Answer {
  return { status: error === 'invalid_client' ? 401 : 400, body: { error, error_description: description } };
}
