import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { AuditUnavailable } from '@latchkey/core/audit';
import { isDatabaseAway } from '@latchkey/core/db';
import { Problem, problems, type ProblemCode } from '@latchkey/core/errors.ts';
import { ruleOf, type FieldError } from '@latchkey/core/field-rules.ts';
import { isKeyServiceAway } from '@latchkey/core/vault';
import { fieldErrorOf } from './field-issue.ts';

/** Fastify's own errors that are the caller's doing; any other is ours. */
const frameworkCodes: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_NOT_FOUND: 'not_found',
};

/** A connection that was cut is replaced at once; a restart takes longer, and then the caller is told again. */
const databaseRetrySeconds = 1;

/** What is not cached fails until the service is back, and each try of a caller is a call to it. */
const keyServiceRetrySeconds = 5;
/** Why the audit takes nothing is for an operator to find out. */
const auditRetrySeconds = 10;

/** An RFC 9457 problem document. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly requestId: string;
  readonly errors?: readonly FieldError[];
  readonly [extension: string]: unknown;
}

function validationProblem(error: FastifyError): Problem | null {
  if (!hasZodFastifySchemaValidationErrors(error)) return null;
  const errors = error.validation.map((issue) => fieldErrorOf(issue, error.validationContext ?? ''));
  return new Problem('validation_failed', {
    detail: 'One or more fields are not valid; see "errors".',
    errors,
    cause: error,
  });
}

/** What the caller is told about an error. Unknown errors keep their story for the log. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (!(error instanceof Error)) return new Problem('internal_error', { cause: error });
  if (isDatabaseAway(error)) {
    const detail = 'The database cannot be reached at the moment.';
    return new Problem('service_unavailable', {
      detail,
      retryAfterSeconds: databaseRetrySeconds,
      cause: error,
    });
  }
  if (isKeyServiceAway(error)) {
    return new Problem('key_service_unavailable', {
      detail: 'The service that keeps the encryption keys cannot be reached at the moment.',
      retryAfterSeconds: keyServiceRetrySeconds,
      cause: error,
    });
  }
  if (error instanceof AuditUnavailable) {
    const detail = 'Nothing is done that cannot be written into the audit.';
    return new Problem('audit_unavailable', { detail, retryAfterSeconds: auditRetrySeconds, cause: error });
  }
  const fastifyError = error as FastifyError;
  const invalid = validationProblem(fastifyError);
  if (invalid !== null) return invalid;
  const code = frameworkCodes[fastifyError.code];
  if (code !== undefined) return new Problem(code, { cause: error });
  const { statusCode } = fastifyError;
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new Problem('bad_request', { cause: error });
  return new Problem('internal_error', {
    detail: 'The log has the details under this request id.',
    cause: error,
  });
}

export function problemDocument(problem: Problem, publicUrl: string, requestId: string): ProblemDocument {
  const { extensions, errors } = problem.details;
  return {
    ...extensions,
    type: `${publicUrl}/docs/errors/${problem.code}`,
    title: problems[problem.code].title,
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    requestId,
    ...(errors === undefined
      ? {}
      : { errors: errors.map((error) => ({ code: ruleOf(error.message), ...error })) }),
  };
}

/** Logs what the operator must know and sets the headers that belong to the problem. */
export function prepareProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): Problem {
  const problem = toProblem(error);
  if (problem.code === 'internal_error' || problem.code === 'audit_unavailable')
    request.log.error({ err: error }, 'request failed');
  else if (isDatabaseAway(error))
    request.log.warn({ err: error }, 'request refused: the database is not available');
  else if (isKeyServiceAway(error))
    request.log.warn({ err: error }, 'request refused: the key service is not available');
  const { retryAfterSeconds } = problem.details;
  if (retryAfterSeconds !== undefined)
    reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfterSeconds))));
  if (problem.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer realm="latchkey"');
  reply.code(problem.status);
  return problem;
}

/** The one translator from errors to HTTP. */
export const problemJsonPlugin = fastifyPlugin<{ publicUrl: string }>(
  (api, { publicUrl }, done) => {
    api.setErrorHandler((error, request, reply) => {
      const problem = prepareProblem(error, request, reply);
      // A string bypasses the response schemas of the route, which describe its successes.
      const body = JSON.stringify(problemDocument(problem, publicUrl, request.id));
      return reply.type('application/problem+json; charset=utf-8').send(body);
    });
    done();
  },
  { name: 'problem-json' },
);
