import type { ErrorShapes } from '../endpoint.ts';

const tags: Readonly<Record<number, string>> = { 401: 'invalid_access_token', 429: 'too_many_requests' };

/** Source: https://www.dropbox.com/developers/documentation/http/documentation#error-handling */
export const dropboxErrors: ErrorShapes = {
  // 400 for a wrong client too, unlike RFC 6749 with Basic.
  oauth: (error, description) => ({ status: 400, body: { error, error_description: description } }),
  api: (status, message) => {
    const tag = message ?? tags[status] ?? 'other';
    return { status, body: { error_summary: `${tag}/...`, error: { '.tag': tag } } };
  },
};
