import { exchangeCode, failUnexpectedly, revoke, validateKey } from '@latchkey/core/authorizations';
import type { Context } from '@latchkey/core/context.ts';
import type { JobHandlers, JobRun } from '@latchkey/core/queues';
import { refreshToken } from '@latchkey/core/refresh';
import type { Runtime } from '@latchkey/core/runtime.ts';
import { runJob } from './run-job.ts';

type AuthorizationJob = { workspaceId: string; authorizationId: string };
type UseCase = (ctx: Context, input: { authorizationId: string; signal: AbortSignal }) => Promise<void>;

/** A job is a route on another transport: parse, call one use case. A missing handler is a type error. */
export function createHandlers(runtime: Runtime): JobHandlers {
  const handle =
    (useCase: UseCase) =>
    ({ workspaceId, authorizationId }: AuthorizationJob, { signal }: JobRun) =>
      useCase(runtime.systemContext(workspaceId), { authorizationId, signal });
  const settle = ({ workspaceId, authorizationId }: AuthorizationJob, error: unknown) =>
    failUnexpectedly(runtime.systemContext(workspaceId), { authorizationId, error });
  const options = { log: runtime.log, settle };
  return {
    'validate-key': runJob('validate-key', handle(validateKey), options),
    'exchange-code': runJob('exchange-code', handle(exchangeCode), options),
    'refresh-token': runJob('refresh-token', handle(refreshToken), options),
    revoke: runJob('revoke', handle(revoke), options),
  } satisfies JobHandlers;
}
