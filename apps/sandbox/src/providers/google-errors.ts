import type { ErrorShapes } from '../endpoint.ts';
import { standardOAuthError } from './oauth-errors.ts';

const statuses: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};

/** Source: https://cloud.google.com/apis/design/errors for the API, RFC 6749 for the token endpoint. */
export const googleErrors: ErrorShapes = {
  oauth: standardOAuthError,
  api: (status, message) => ({
    status,
    body: {
      error: {
        code: status,
        message: message ?? `Google answered ${status}.`,
        status: statuses[status] ?? 'UNKNOWN',
      },
    },
  }),
};
