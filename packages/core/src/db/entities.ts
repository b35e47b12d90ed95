import { PrivateSubjectEntity } from '../access/private-subject.entity.ts';
import { AuditAnchorEntity } from '../audit/audit-anchor.entity.ts';
import { AuditEntryEntity } from '../audit/audit-entry.entity.ts';
import {
  AuthorizationEntity,
  AuthorizationStateEntity,
  RefreshAttemptEntity,
  TokenJournalEntity,
} from '../authorizations/authorization.entity.ts';
import { ConnectSessionEntity } from '../connect-sessions/connect-session.entity.ts';
import { CredentialEntity } from '../credentials/credential.entity.ts';
import { EventEntity } from '../events/event.entity.ts';
import { KeyJobEntity } from '../key-jobs/key-job.entity.ts';
import { LeaseEntity } from '../leases/lease.entity.ts';
import { OAuthClientEntity, OAuthClientFlagEntity } from '../oauth-clients/oauth-client.entity.ts';
import { ProviderGateEntity } from '../provider-gates/provider-gate.entity.ts';
import { QueuePauseEntity } from '../queue-control/queue-pause.entity.ts';
import { ReplacedTokenEntity, ServiceTokenEntity } from '../service-tokens/service-token.entity.ts';
import { ProcessReportEntity } from '../root-keys/process-report.entity.ts';
import { SessionEntity } from '../sessions/session.entity.ts';
import { DataKeyEntity, RootKeyCheckEntity } from '../vault/key.entities.ts';
import { WorkspaceEntity } from '../workspaces/workspace.entity.ts';
import { IdempotencyKeyEntity } from './idempotency-key.entity.ts';

/** Every table; adding one is a file, a line here and a migration. */
export const entities = [
  AuditAnchorEntity,
  AuditEntryEntity,
  AuthorizationEntity,
  AuthorizationStateEntity,
  ConnectSessionEntity,
  CredentialEntity,
  DataKeyEntity,
  EventEntity,
  IdempotencyKeyEntity,
  KeyJobEntity,
  LeaseEntity,
  OAuthClientEntity,
  OAuthClientFlagEntity,
  PrivateSubjectEntity,
  ProcessReportEntity,
  ProviderGateEntity,
  QueuePauseEntity,
  RefreshAttemptEntity,
  ReplacedTokenEntity,
  RootKeyCheckEntity,
  ServiceTokenEntity,
  SessionEntity,
  TokenJournalEntity,
  WorkspaceEntity,
] as const;
