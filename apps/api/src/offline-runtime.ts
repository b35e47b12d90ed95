import { Secret } from '@latchkey/core/secret.ts';
import type { Runtime } from '@latchkey/core/runtime.ts';
import { pino } from 'pino';

/** Enough of a runtime to build the server with, where nothing is asked that needs a database. */
export function offlineRuntime(publicUrl: string, adminToken = 'lk_of_nobody_at_all'): Runtime {
  const offline = {
    settings: { publicUrl, redisUrl: null, adminToken: new Secret(adminToken) },
    log: pino({ level: 'silent' }),
    refusals: { count: () => undefined },
    transport: { bus: { subscribe: () => () => undefined } },
  };
  return offline as unknown as Runtime;
}
