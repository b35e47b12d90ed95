import { randomUUID } from 'node:crypto';
import type { Answer, ErrorShapes } from '../endpoint.ts';

const numbers: Readonly<Record<string, number>> = {
  invalid_client: 7_000_215,
  invalid_grant: 70_008,
  interaction_required: 50_076,
  consent_required: 65_001,
};

const graphCodes: Readonly<Record<number, string>> = {
  401: 'InvalidAuthenticationToken',
  403: 'accessDenied',
  404: 'itemNotFound',
  429: 'TooManyRequests',
  503: 'serviceNotAvailable',
};

/** Source: https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
export const microsoftErrors: ErrorShapes = {
  oauth: (error, description) => entraError(error, numbers[error] ?? 900_144, description),
  api: (status, message) => ({
    status,
    body: {
      error: {
        code: graphCodes[status] ?? 'generalException',
        message: message ?? `Graph answered ${status}.`,
        innerError: { date: new Date().toISOString(), 'request-id': randomUUID() },
      },
    },
  }),
};

/** Entra's answer with its number in the description, where people look for it. */
export function entraError(error: string, number: number, description: string): Answer {
  return {
    status: error === 'invalid_client' ? 401 : 400,
    body: {
      error,
      error_description: `AADSTS${number}: ${description}`,
      error_codes: [number],
      timestamp: new Date().toISOString(),
      trace_id: randomUUID(),
      correlation_id: randomUUID(),
    },
  };
}
