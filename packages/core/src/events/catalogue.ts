import { z } from 'zod';
import { authorizationKinds, authorizationReasons } from '../authorizations/status.ts';
import { credentialTransitions, type CredentialStatus } from '../credentials/status.ts';
import { failures, type FailureCode } from '../errors.ts';
import { keyJobKinds } from '../key-jobs/key-job.entity.ts';
import { refreshFacts } from './refresh-facts.ts';

const error = z.strictObject({
  code: z.enum(Object.keys(failures) as [FailureCode, ...FailureCode[]]),
  message: z.string().max(500),
  retryable: z.boolean(),
  actor: z.enum(['user', 'admin', 'nobody']),
});

const authorization = z.strictObject({
  kind: z.enum(authorizationKinds),
  provider: z.string(),
  credentialId: z.string().nullable(),
  /** Why it was made: what nobody waits for (`schedule`) comes after everything else. */
  reason: z.enum(authorizationReasons),
  /** How many attempts there were before: part of the job's id. */
  attempt: z.int().min(0),
  /** Until the next attempt; 0 where there is none. */
  delaySeconds: z.number().min(0),
  /** It was queued for later, and is now to run at once. */
  hastened: z.boolean().optional(),
  error: error.nullable(),
});

const credential = z.strictObject({
  provider: z.string(),
  name: z.string(),
  status: z.enum(Object.keys(credentialTransitions) as [CredentialStatus, ...CredentialStatus[]]),
  health: z.enum(['ok', 'refresh_failing']),
  tokenVersion: z.int(),
  error: error.nullable().optional(),
});

const refreshedCredential = credential.extend({ refresh: refreshFacts.optional() });

const oauthClient = z.strictObject({
  provider: z.string(),
  mode: z.enum(['none', 'default', 'custom']),
  clientId: z.string().nullable().optional(),
});

const keyJob = z.strictObject({
  kind: z.enum(keyJobKinds),
  /** Null: all workspaces. */
  workspaceId: z.string().nullable(),
  /** Null before it was counted. */
  total: z.int().nullable(),
  done: z.int(),
  skipped: z.int(),
  error: z.string().nullable(),
});

/**
 * Every type of event with the exact shape of its data. `recordEvent` refuses a field that is not declared
 * here, so nothing secret slips into an event. Adding a type is a line.
 */
export const eventTypes = {
  'latchkey.authorization.started': authorization,
  'latchkey.authorization.queued': authorization,
  'latchkey.authorization.running': authorization,
  'latchkey.authorization.succeeded': authorization,
  'latchkey.authorization.failed': authorization,
  'latchkey.authorization.expired': authorization,
  'latchkey.authorization.cancelled': authorization,
  'latchkey.credential.created': credential,
  'latchkey.credential.activated': credential,
  'latchkey.credential.refreshed': refreshedCredential,
  'latchkey.credential.refresh_failed': refreshedCredential,
  'latchkey.credential.reauthorization_required': refreshedCredential,
  'latchkey.credential.invalid': credential,
  'latchkey.credential.renamed': credential,
  'latchkey.credential.default_changed': credential,
  'latchkey.credential.visibility_changed': credential,
  'latchkey.credential.revoked': credential,
  'latchkey.credential.deleted': credential,
  /** Wakes who follows it; how it ended is for `GET /v1/connect-sessions/:id` to say. */
  'latchkey.connect_session.closed': z.strictObject({}),
  'latchkey.service_token.revoked': z.strictObject({ name: z.string() }),
  'latchkey.service_token.changed': z.strictObject({ name: z.string() }),
  'latchkey.oauth_client.changed': oauthClient,
  'latchkey.oauth_client.misconfigured': oauthClient,
  'latchkey.keys.job_started': keyJob,
  'latchkey.keys.job_progressed': keyJob,
  'latchkey.keys.job_succeeded': keyJob,
  'latchkey.keys.job_failed': keyJob,
  'latchkey.keys.job_cancelled': keyJob,
} as const satisfies Record<string, z.ZodType>;

export type EventType = keyof typeof eventTypes;
export type EventData<T extends EventType> = z.input<(typeof eventTypes)[T]>;
export type EventError = z.infer<typeof error>;
