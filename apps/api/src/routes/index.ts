import type { Route } from '../api.ts';
import { exportAuditRoute } from './audit/export.ts';
import { auditHeadRoute } from './audit/head.ts';
import { listAuditRoute } from './audit/list.ts';
import { verifyAuditRoute } from './audit/verify.ts';
import { loginCallbackRoute } from './auth/callback.ts';
import { createSessionRoute } from './auth/create-session.ts';
import { endSessionRoute } from './auth/end-session.ts';
import { getSessionRoute } from './auth/get-session.ts';
import { loginRoute } from './auth/login.ts';
import { cancelAuthorizationsRoute } from './authorizations/cancel-all.ts';
import { cancelAuthorizationRoute } from './authorizations/cancel.ts';
import { getAuthorizationRoute } from './authorizations/get.ts';
import { listAuthorizationsRoute } from './authorizations/list.ts';
import { startAuthorizationRoute } from './authorizations/start.ts';
import { addKeyRoute } from './connect-page/add-key.ts';
import { cancelAttemptRoute } from './connect-page/cancel.ts';
import { closeConnectSessionRoute } from './connect-page/close.ts';
import { connectAccountRoute } from './connect-page/connect-account.ts';
import { followAttemptRoute } from './connect-page/follow.ts';
import { connectOutcomeRoute } from './connect-page/outcome.ts';
import { connectResumePageRoute, connectSessionPageRoute } from './connect-page/pages.ts';
import { readConnectSessionRoute } from './connect-page/read.ts';
import { connectWindowRoute } from './connect-page/window.ts';
import { createConnectSessionRoute } from './connect-sessions/create.ts';
import { getConnectSessionRoute } from './connect-sessions/get.ts';
import { verifyConnectSessionRoute } from './connect-sessions/verify.ts';
import { connectPageRoute } from './console/connect.ts';
import { consolePagesRoute } from './console/pages.ts';
import { problemPageRoute } from './console/problem.ts';
import { listAttemptsRoute } from './credentials/attempts.ts';
import { createCredentialRoute } from './credentials/create.ts';
import { deleteCredentialRoute } from './credentials/delete.ts';
import { getCredentialRoute } from './credentials/get.ts';
import { listCredentialsRoute } from './credentials/list.ts';
import { refreshCredentialRoute } from './credentials/refresh.ts';
import { listTimelineRoute } from './credentials/timeline.ts';
import { updateCredentialRoute } from './credentials/update.ts';
import { validateCredentialRoute } from './credentials/validate.ts';
import { listEventsRoute } from './events/list.ts';
import { streamEventsRoute } from './events/stream.ts';
import { liveRoute } from './health/live.ts';
import { metricsRoute } from './health/metrics.ts';
import { openapiRoute } from './health/openapi.ts';
import { readyRoute } from './health/ready.ts';
import { cancelKeyJobRoute } from './key-jobs/cancel.ts';
import { getKeyJobRoute } from './key-jobs/get.ts';
import { listKeyJobsRoute } from './key-jobs/list.ts';
import { startKeyJobRoute } from './key-jobs/start.ts';
import { issueLeaseRoute } from './leases/issue.ts';
import { reportLeaseRoute } from './leases/report.ts';
import { getOAuthClientRoute } from './oauth-clients/get.ts';
import { removeOAuthClientRoute } from './oauth-clients/remove.ts';
import { setOAuthClientRoute } from './oauth-clients/set.ts';
import { callbackPageRoute } from './oauth/callback.ts';
import { resultPageRoute } from './oauth/result.ts';
import { startPageRoute } from './oauth/start.ts';
import { authorizationStatusRoute } from './oauth/status.ts';
import { getOverviewRoute } from './overview/get.ts';
import { getProviderRoute } from './providers/get.ts';
import { listProvidersRoute } from './providers/list.ts';
import { listJobsRoute } from './queues/jobs.ts';
import { listQueuesRoute } from './queues/list.ts';
import { pauseQueueRoute } from './queues/pause.ts';
import { resumeQueueRoute } from './queues/resume.ts';
import { retryFailedRoute } from './queues/retry.ts';
import { listRootKeysRoute } from './root-keys/list.ts';
import { promoteRootKeyRoute } from './root-keys/promote.ts';
import { retireRootKeyRoute } from './root-keys/retire.ts';
import { createServiceTokenRoute } from './service-tokens/create.ts';
import { listServiceTokensRoute } from './service-tokens/list.ts';
import { revokeServiceTokenRoute } from './service-tokens/revoke.ts';
import { rotateServiceTokenRoute } from './service-tokens/rotate.ts';
import { updateServiceTokenRoute } from './service-tokens/update.ts';
import { endSessionsRoute } from './sessions/end-all.ts';
import { endSessionByIdRoute } from './sessions/end.ts';
import { listSessionsRoute } from './sessions/list.ts';
import { createWorkspaceRoute } from './workspaces/create.ts';
import { listWorkspacesRoute } from './workspaces/list.ts';

/** Every route; adding one is a file and a line here. */
export const routes: readonly Route[] = [
  listProvidersRoute,
  getProviderRoute,
  getOAuthClientRoute,
  setOAuthClientRoute,
  removeOAuthClientRoute,

  getOverviewRoute,
  createCredentialRoute,
  listCredentialsRoute,
  getCredentialRoute,
  updateCredentialRoute,
  validateCredentialRoute,
  refreshCredentialRoute,
  deleteCredentialRoute,
  listAttemptsRoute,
  listTimelineRoute,

  startAuthorizationRoute,
  listAuthorizationsRoute,
  getAuthorizationRoute,
  cancelAuthorizationRoute,
  cancelAuthorizationsRoute,

  createConnectSessionRoute,
  getConnectSessionRoute,
  verifyConnectSessionRoute,
  readConnectSessionRoute,
  addKeyRoute,
  connectAccountRoute,
  followAttemptRoute,
  cancelAttemptRoute,
  closeConnectSessionRoute,
  connectOutcomeRoute,

  issueLeaseRoute,
  reportLeaseRoute,

  listEventsRoute,
  streamEventsRoute,
  listAuditRoute,
  verifyAuditRoute,
  exportAuditRoute,
  auditHeadRoute,

  createServiceTokenRoute,
  listServiceTokensRoute,
  updateServiceTokenRoute,
  rotateServiceTokenRoute,
  revokeServiceTokenRoute,
  listSessionsRoute,
  endSessionByIdRoute,
  endSessionsRoute,
  createWorkspaceRoute,
  listWorkspacesRoute,

  listRootKeysRoute,
  promoteRootKeyRoute,
  retireRootKeyRoute,
  startKeyJobRoute,
  listKeyJobsRoute,
  getKeyJobRoute,
  cancelKeyJobRoute,

  listQueuesRoute,
  listJobsRoute,
  pauseQueueRoute,
  resumeQueueRoute,
  retryFailedRoute,

  loginRoute,
  loginCallbackRoute,
  createSessionRoute,
  getSessionRoute,
  endSessionRoute,

  startPageRoute,
  callbackPageRoute,
  resultPageRoute,
  authorizationStatusRoute,
  consolePagesRoute,
  connectPageRoute,
  connectSessionPageRoute,
  connectResumePageRoute,
  connectWindowRoute,
  problemPageRoute,

  liveRoute,
  readyRoute,
  metricsRoute,
  openapiRoute,
];
