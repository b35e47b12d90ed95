import { z } from 'zod';
import { failures, type FailureCode } from '../errors.ts';

/** The auth methods of a definition, each field on its own. */

export const text = z.string().trim().min(1).max(500);
const name = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,49}$/, 'must be a name of letters, digits and _');
export const placeholder = /\{\{(\w+)\}\}/g;
const regularExpression = z.string().refine(isRegularExpression, 'must be a regular expression');
const pointer = z.string().regex(/^(\/([^~/]|~[01])*)+$/, 'must be a JSON pointer (RFC 6901)');
export const host = z
  .string()
  .regex(
    /^[a-z0-9.-]+(:\d{1,5})?$/,
    'must be a host name in lower case, with a port if it is not the default one',
  );
const header = z.string().regex(/^[^\r\n]*$/, 'must be one line');
const headers = z.record(z.string().regex(/^[a-zA-Z0-9-]+$/, 'must be a header name'), header).default({});
const failureCode = z.custom<FailureCode>(
  (value) => typeof value === 'string' && Object.hasOwn(failures, value),
  'must be one of the failure codes',
);
const status = z.number().int().min(200).max(599);

/** A URL whose path and query may hold `{{placeholders}}`; its host may not. */
export const url = z
  .string()
  .refine(isUrlTemplate, 'must be an absolute URL without placeholders in its host');
/** The same, or one that begins with the placeholder of a field of kind `url`. */
const urlOrField = z
  .string()
  .refine((value) => /^\{\{\w+\}\}\//.test(value) || isUrlTemplate(value), 'must be an absolute URL');

const account = z.strictObject({
  id: pointer.nullable().default(null),
  name: pointer.nullable().default(null),
  avatarUrl: pointer.nullable().default(null),
});

const field = z.strictObject({
  name,
  label: text,
  secret: z.boolean(),
  required: z.boolean().default(true),
  kind: z.enum(['text', 'url']).default('text'),
  default: z.string().nullable().default(null),
  helpUrl: url.nullable().default(null),
  /** What values usually look like. A value that does not match is worth a warning, never a refusal. */
  warnPattern: regularExpression.nullable().default(null),
});

export const apiKeySchema = z.strictObject({
  type: z.literal('api_key'),
  fields: z.array(field).min(1),
  validate: z.strictObject({
    method: z.enum(['GET', 'POST']),
    url: urlOrField,
    headers,
    body: z.string().nullable().default(null),
    accepted: z.array(status).min(1),
    rejected: z.array(status).min(1),
    account: account.prefault({}),
  }),
});

const refresh = z.strictObject({
  /** What happens to the refresh token when it is used: docs/refresh-outcomes.md. */
  rotation: z.enum(['none', 'rolling', 'grace', 'strict']),
  graceSeconds: z.number().int().positive().nullable().default(null),
  /** Life of an access token whose answer does not say. `null`: unknown. */
  expiresInDefaultSeconds: z.number().int().positive().nullable().default(null),
  idleDays: z.number().positive().nullable().default(null),
  absoluteDays: z.number().positive().nullable().default(null),
  /** Whether a refresh leaves the access token before it alive. */
  oldAccessTokenSurvives: z.boolean().default(true),
});

const revocation = z.strictObject({
  /** `form`: RFC 7009. `json`: the same as JSON. `bearer`: the access token as a header, no body. */
  kind: z.enum(['form', 'json', 'bearer']),
  token: z.enum(['refresh_token', 'access_token']).default('refresh_token'),
  clientAuthentication: z.boolean().default(true),
  /** A revocation ends every grant of that account and client, not only this one. */
  endsAllOfAccount: z.boolean().default(false),
  /** Values of `error` that mean: this token ended already. */
  goneErrors: z.array(text).default(['invalid_grant', 'invalid_token']),
});

const clientParam = z.strictObject({
  name,
  label: text,
  default: z.string().min(1),
  /** What the whole value must match. It becomes part of a URL. */
  pattern: regularExpression,
});

export const oauth2Schema = z.strictObject({
  type: z.literal('oauth2'),
  authorizationEndpoint: url,
  tokenEndpoint: url,
  revocationEndpoint: url.nullable().default(null),
  revocation: revocation.prefault({ kind: 'form' }),
  issuer: url.nullable().default(null),
  /** The authorization server advertises `iss` in its answers (RFC 9207): an answer without it is refused. */
  issRequired: z.boolean().default(false),
  clientAuthentication: z.enum(['client_secret_basic', 'client_secret_post', 'none']),
  tokenRequestFormat: z.enum(['form', 'json']).default('form'),
  tokenRequestHeaders: headers,
  pkce: z.enum(['S256', 'none']),
  scopes: z.array(text),
  /** Scopes that the provider leaves out of its answer although they were granted. */
  scopesNotReturned: z.array(text).default([]),
  scopeSeparator: z.string().min(1).max(1).default(' '),
  scopeOnTokenRequests: z.boolean().default(false),
  authorizationParams: z.record(z.string(), z.string()).default({}),
  /** Parameters of the callback beyond those of the standards. */
  callbackParams: z.array(text).default([]),
  clientParams: z.array(clientParam).default([]),
  refreshTokenRequired: z.boolean().default(false),
  /**
   * Refreshes a second that all workers together send with one client, at most. As many may leave at once after a
   * quiet second.
   */
  tokenRequestsPerSecond: z.number().min(0.01).max(100_000).default(100),
  refresh,
  /** The provider's own values of `error`, at the callback and at the token endpoint. */
  errors: z.record(z.string(), failureCode).default({}),
  userinfo: z
    .strictObject({ method: z.enum(['GET', 'POST']), url, headers, account })
    .nullable()
    .default(null),
});

function isUrlTemplate(value: string): boolean {
  const origin = /^https?:\/\/[^/?#]+/.exec(value)?.[0];
  return origin !== undefined && !origin.includes('{') && URL.canParse(value.replace(placeholder, 'x'));
}

function isRegularExpression(value: string): boolean {
  try {
    return new RegExp(value) instanceof RegExp;
  } catch {
    return false;
  }
}
