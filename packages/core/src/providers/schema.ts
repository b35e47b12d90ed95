import { z } from 'zod';
import { failures, type FailureCode } from '../errors.ts';

/** The shape of a provider definition: the built-in ones and the JSON files of `PROVIDERS_DIR` alike. */

const text = z.string().trim().min(1).max(500);
const name = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,49}$/, 'must be a name of letters, digits and _');
const placeholder = /\{\{(\w+)\}\}/g;
const regularExpression = z.string().refine(isRegularExpression, 'must be a regular expression');
const pointer = z.string().regex(/^(\/([^~/]|~[01])*)+$/, 'must be a JSON pointer (RFC 6901)');
const host = z
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
const url = z.string().refine(isUrlTemplate, 'must be an absolute URL without placeholders in its host');
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
  /** What happens to the refresh token when it is used: design of the refresh protocol. */
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
  refresh,
  /** The provider's own values of `error`, at the callback and at the token endpoint. */
  errors: z.record(z.string(), failureCode).default({}),
  userinfo: z
    .strictObject({ method: z.enum(['GET', 'POST']), url, headers, account })
    .nullable()
    .default(null),
});

export const providerSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9_]{0,49}$/, 'must be lower case letters, digits and _'),
    label: text,
    docsUrl: url,
    /** Where the facts below come from. */
    sources: z.array(url).default([]),
    allowedHosts: z.array(host),
    authMethods: z.array(z.discriminatedUnion('type', [apiKeySchema, oauth2Schema])).min(1),
  })
  .superRefine((provider, context) => {
    const types = provider.authMethods.map(({ type }) => type);
    if (new Set(types).size !== types.length) {
      context.addIssue({ code: 'custom', path: ['authMethods'], message: 'must not name a type twice' });
    }
    provider.authMethods.forEach((method, index) => {
      for (const { path, message } of method.type === 'api_key' ? checkApiKey(method) : checkOAuth2(method)) {
        context.addIssue({ code: 'custom', path: ['authMethods', index, ...path], message });
      }
    });
  });

interface Issue {
  readonly path: readonly string[];
  readonly message: string;
}

function* checkApiKey(method: z.output<typeof apiKeySchema>): Generator<Issue> {
  const names = method.fields.map((each) => each.name);
  if (new Set(names).size !== names.length)
    yield { path: ['fields'], message: 'must not name a field twice' };
  const { url: target, headers: sent, body, accepted, rejected } = method.validate;
  for (const unknown of unknownPlaceholders([target, ...Object.values(sent), body ?? ''], names)) {
    yield { path: ['validate'], message: `uses {{${unknown}}}, which is not a field` };
  }
  const leading = /^\{\{(\w+)\}\}/.exec(target)?.[1];
  if (leading !== undefined && !method.fields.some((each) => each.name === leading && each.kind === 'url')) {
    yield {
      path: ['validate', 'url'],
      message: `begins with {{${leading}}}, which is not a field of kind "url"`,
    };
  }
  if (accepted.some((each) => rejected.includes(each))) {
    yield { path: ['validate', 'rejected'], message: 'must not name a status that is accepted' };
  }
}

function* checkOAuth2(method: z.output<typeof oauth2Schema>): Generator<Issue> {
  const names = method.clientParams.map((each) => each.name);
  const urls = [method.authorizationEndpoint, method.tokenEndpoint, method.revocationEndpoint ?? ''];
  for (const unknown of unknownPlaceholders(urls, names)) {
    yield { path: [], message: `uses {{${unknown}}}, which is not one of clientParams` };
  }
  if ((method.refresh.rotation === 'grace') !== (method.refresh.graceSeconds !== null)) {
    yield {
      path: ['refresh', 'graceSeconds'],
      message: 'must be given with the rotation "grace", and only with it',
    };
  }
  if (method.issRequired && method.issuer === null) {
    yield { path: ['issuer'], message: 'must be given when issRequired is true' };
  }
  if (method.scopesNotReturned.some((scope) => !method.scopes.includes(scope))) {
    yield { path: ['scopesNotReturned'], message: 'must be among the scopes' };
  }
}

function unknownPlaceholders(templates: readonly string[], known: readonly string[]): string[] {
  const used = templates.flatMap((template) =>
    [...template.matchAll(placeholder)].map((match) => match[1] ?? ''),
  );
  return [...new Set(used)].filter((each) => !known.includes(each));
}

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
