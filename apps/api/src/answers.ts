/** What the API answers, as types: the console takes them from here, and nothing else of this app. */
import type { z } from 'zod';
import type { entrySchema, headSchema, verificationSchema } from './routes/audit/schemas.ts';
import type { sessionSchema } from './routes/auth/session-schemas.ts';
import type { authorizationSchema, startedSchema } from './routes/authorizations/schemas.ts';
import type { attemptList } from './routes/credentials/attempt-schemas.ts';
import type { connectSessionSchema, outcomeSchema } from './routes/connect-sessions/schemas.ts';
import type {
  credentialAndAuthorization,
  credentialInFullSchema,
  credentialSchema,
  queuedSchema,
} from './routes/credentials/schemas.ts';
import type { timelineList } from './routes/credentials/timeline-schemas.ts';
import type { eventSchema } from './routes/events/schemas.ts';
import type { keyJobSchema } from './routes/key-jobs/schemas.ts';
import type { oauthClientSchema } from './routes/oauth-clients/schemas.ts';
import type { overviewSchema } from './routes/overview/schemas.ts';
import type { providerSchema } from './routes/providers/schemas.ts';
import type { jobList, queueList, retriedSchema } from './routes/queues/schemas.ts';
import type { rootKeyList } from './routes/root-keys/schemas.ts';
import type { createdSchema, serviceTokenSchema } from './routes/service-tokens/schemas.ts';
import type { signedInSchema } from './routes/sessions/schemas.ts';

export type AttemptList = z.output<typeof attemptList>;
export type AuditEntry = z.output<typeof entrySchema>;
export type AuditHead = z.output<typeof headSchema>;
export type AuditVerification = z.output<typeof verificationSchema>;
export type Authorization = z.output<typeof authorizationSchema>;
export type CloudEvent = z.output<typeof eventSchema>;
export type CreatedServiceToken = z.output<typeof createdSchema>;
export type ConnectOutcome = z.output<typeof outcomeSchema>;
export type ConnectSession = z.output<typeof connectSessionSchema>;
export type Credential = z.output<typeof credentialSchema>;
export type CredentialAndAuthorization = z.output<typeof credentialAndAuthorization>;
export type CredentialInFull = z.output<typeof credentialInFullSchema>;
export type KeyJob = z.output<typeof keyJobSchema>;
export type OAuthClient = z.output<typeof oauthClientSchema>;
export type Overview = z.output<typeof overviewSchema>;
export type Provider = z.output<typeof providerSchema>;
export type QueuedAuthorization = z.output<typeof queuedSchema>;
export type QueueJob = z.output<typeof jobList>['items'][number];
export type QueueList = z.output<typeof queueList>;
export type Retried = z.output<typeof retriedSchema>;
export type RootKeyList = z.output<typeof rootKeyList>;
export type ServiceToken = z.output<typeof serviceTokenSchema>;
export type Session = z.output<typeof sessionSchema>;
export type SignedIn = z.output<typeof signedInSchema>;
export type StartedAuthorization = z.output<typeof startedSchema>;
export type Timeline = z.output<typeof timelineList>;

export type { ConsoleArea } from './routes/console/areas.ts';

/** A page of a list. */
export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}
