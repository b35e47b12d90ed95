import { exchangeCode, refreshToken, revoke, validateKey } from '@latchkey/core/authorizations';
import type { Context } from '@latchkey/core/context.ts';
import type { JobHandlers } from '@latchkey/core/queues';
import type { Runtime } from '@latchkey/core/runtime.ts';
import { runJob } from './run-job.ts';

type UseCase = (ctx: Context, input: { authorizationId: string }) => Promise<void>;

/** A job is a route on another transport: parse, call one use case. A missing handler is a type error. */
export function createHandlers(runtime: Runtime): JobHandlers {
  const handle = (useCase: UseCase) => (data: { workspaceId: string; authorizationId: string }) =>
    useCase(runtime.systemContext(data.workspaceId), { authorizationId: data.authorizationId });
  return {
    'validate-key': runJob('validate-key', handle(validateKey), runtime),
    'exchange-code': runJob('exchange-code', handle(exchangeCode), runtime),
    'refresh-token': runJob('refresh-token', handle(refreshToken), runtime),
    revoke: runJob('revoke', handle(revoke), runtime),
  } satisfies JobHandlers;
}
