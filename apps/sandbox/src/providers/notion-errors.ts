import { randomUUID } from 'node:crypto';
import type { ErrorShapes } from '../endpoint.ts';

const codes: Readonly<Record<number, string>> = {
  // The one 400 that can happen here.
  400: 'missing_version',
  401: 'unauthorized',
  403: 'restricted_resource',
  404: 'object_not_found',
  409: 'conflict_error',
  429: 'rate_limited',
  500: 'internal_server_error',
  502: 'bad_gateway',
  503: 'service_unavailable',
  504: 'gateway_timeout',
  529: 'service_overload',
};

/** Source: https://developers.notion.com/reference/status-codes */
export const notionErrors: ErrorShapes = {
  oauth: (error, description) => ({
    status: error === 'invalid_client' ? 401 : 400,
    body: { error, error_description: description, request_id: randomUUID() },
  }),
  api: (status, message) => ({
    status,
    body: {
      object: 'error',
      status,
      code: codes[status] ?? 'internal_server_error',
      message: message ?? `Notion answered ${status}.`,
      request_id: randomUUID(),
    },
  }),
};
