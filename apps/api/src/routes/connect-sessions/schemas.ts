import { authorizationKinds } from '@latchkey/core/authorizations';
import {
  connectModes,
  connectThemes,
  type ConnectOutcome,
  type ReadConnectSession,
} from '@latchkey/core/connect-sessions';
import type { AuthMethod } from '@latchkey/core/providers';
import { z } from 'zod';
import { authorizationBody, authorizationSchema, returnUrl } from '../authorizations/schemas.ts';
import { credentialSchema } from '../credentials/schemas.ts';
import { fieldBody, fieldSchema } from '../providers/schemas.ts';
import { identifier, line, time, toTime, waitSeconds } from '../schemas.ts';

const mode = z.enum(connectModes);
const theme = z.enum(connectThemes);

export const createBody = z.strictObject({
  providers: z.array(identifier).min(1).max(50).nullish().describe('What may be connected; all when absent.'),
  credentialId: identifier.nullish().describe('The one credential that may be connected again.'),
  mode: mode.optional().describe('How the page is opened.'),
  returnUrl: returnUrl.describe('Where the browser goes in the end, with the outcome in its query.'),
  allowedOrigins: z
    .array(z.string().max(300))
    .max(10)
    .optional()
    .describe('Exact origins whose pages may frame the page and are told how it goes.'),
  state: line.max(512).nullish().describe("The caller's own, handed back as it came."),
  codeChallenge: z
    .string()
    .regex(/^[\w-]{43}$/, 'must be the base64url of a SHA-256 [RFC 7636 §4.2]')
    .nullish()
    .describe(
      'S256 of a `codeVerifier`: for accounts alone, whose consent counts once it was verified. The browser with the consent goes to `returnUrl` with `status=consented` and a `consentCode`.',
    ),
  locale: z
    .string()
    .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z\d]{2,8}){0,4}$/, 'must be a language tag such as pt-BR')
    .nullish(),
  theme: theme.optional(),
  accent: z
    .string()
    .regex(/^#[\da-f]{6}$/i, 'must be a colour such as #2453c9')
    .nullish(),
});

export const verifyBody = z.strictObject({
  consentCode: z
    .string()
    .max(200)
    .describe('From the query of `returnUrl`. It is worth nothing without the verifier.'),
  codeVerifier: z
    .string()
    .regex(/^[\w.~-]{43,128}$/, 'must be 43 to 128 unreserved characters [RFC 7636 §4.1]'),
});

export const outcomeQuery = z.object({
  wait: waitSeconds,
  seen: z
    .string()
    .regex(/^[\w.]{0,100}$/, 'must be an authorizationId, a dot and a result')
    .optional()
    .describe(
      'With `wait`: `authorizationId` and `result` of the answer before, with a dot between them, each empty where it was null. Where the session stands otherwise by now, the answer comes at once.',
    ),
});

export const createdSchema = z
  .object({
    id: z.string(),
    url: z.string().describe('The page. Whoever has it may make the connection.'),
    expiresAt: time,
  })
  .meta({ id: 'CreatedConnectSession' });

export function createdBody({ expiresAt, ...made }: { id: string; url: string; expiresAt: Date }) {
  return { ...made, expiresAt: toTime(expiresAt) };
}

export const outcomeSchema = z
  .object({
    sessionId: z.string(),
    status: z.enum(['open', 'connected', 'closed', 'expired']),
    result: z
      .enum(['succeeded', 'failed', 'cancelled', 'expired'])
      .nullable()
      .describe('Of the attempt that succeeded, else of the newest; null while that is not over.'),
    authorizationId: z.string().nullable(),
    kind: z
      .enum(authorizationKinds)
      .nullable()
      .describe('Of that attempt: `exchange_code` an account, `validate_key` a key.'),
    credentialId: z.string().nullable(),
    provider: z.string().nullable(),
    credentialName: z.string().nullable(),
    accountName: z.string().nullable(),
    code: z.string().nullable(),
    state: z.string().nullable(),
    returnTo: z.string().nullable(),
  })
  .meta({ id: 'ConnectOutcome' });

export function outcomeBody(outcome: ConnectOutcome): z.output<typeof outcomeSchema> {
  return { ...outcome };
}

const wayToConnect = z.discriminatedUnion('type', [
  z.object({ type: z.literal('api_key'), fields: z.array(fieldSchema) }),
  z.object({
    type: z.literal('oauth2'),
    scopes: z.array(z.string()),
    available: z.boolean().describe('false: no OAuth client is configured.'),
  }),
]);

export const connectSessionSchema = z
  .object({
    id: z.string(),
    status: outcomeSchema.shape.status,
    workspaceName: z.string(),
    requestedBy: z.string(),
    mode,
    theme,
    accent: z.string().nullable(),
    locale: z.string().nullable(),
    state: z.string().nullable(),
    allowedOrigins: z.array(z.string()),
    expiresAt: time,
    credential: credentialSchema
      .pick({ id: true, provider: true, name: true, authMethod: true, status: true })
      .extend({ accountName: z.string().nullable() })
      .nullable(),
    providers: z.array(
      z.object({
        id: z.string(),
        label: z.string(),
        docsUrl: z.string().nullable(),
        authMethods: z.array(wayToConnect),
      }),
    ),
    authorizations: z.array(authorizationSchema).describe('Newest first.'),
    outcome: outcomeSchema,
  })
  .meta({ id: 'ConnectSession' });

function wayBody(method: AuthMethod, available: boolean): z.output<typeof wayToConnect> {
  if (method.type === 'api_key') return { type: 'api_key', fields: method.fields.map(fieldBody) };
  return { type: 'oauth2', scopes: [...method.scopes], available };
}

export function connectSessionBody(read: ReadConnectSession): z.output<typeof connectSessionSchema> {
  const { session, credential, outcome } = read;
  return {
    id: session.id,
    status: outcome.status,
    workspaceName: read.workspaceName,
    requestedBy: session.requestedBy,
    mode: session.mode,
    theme: session.theme,
    accent: session.accent,
    locale: session.locale,
    state: session.state,
    allowedOrigins: session.allowedOrigins,
    expiresAt: toTime(session.expiresAt),
    credential: credential && {
      id: credential.id,
      provider: credential.provider,
      name: credential.name,
      authMethod: credential.authMethod,
      status: credential.status,
      accountName: credential.accountName,
    },
    providers: read.providers.map(({ provider: { id, label, docsUrl, authMethods }, hasClient }) => ({
      id,
      label,
      docsUrl,
      authMethods: authMethods.map((method) => wayBody(method, hasClient)),
    })),
    authorizations: read.attempts.map(authorizationBody),
    outcome: outcomeBody(outcome),
  };
}
