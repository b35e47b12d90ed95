import type { AddressInfo } from 'node:net';
import { buildApp } from '@latchkey/api/app.ts';
import { readApiSettings } from '@latchkey/api/env.ts';
import { createLogger } from '@latchkey/core/logger.ts';
import { openRuntime } from '@latchkey/core/runtime.ts';
import { openClient, type Client } from './client.ts';
import { adminToken, type Stack } from './stack.ts';

/** One more API on the database and the transport of a stack: another process, as far as both can tell. */
export interface AnotherApi {
  readonly url: string;
  readonly admin: Client;
  clientWith(token: string | null): Client;
  close(): Promise<void>;
}

/** @param env of the API alone, such as RATE_LIMITS */
export async function openAnotherApi(stack: Stack, env: NodeJS.ProcessEnv): Promise<AnotherApi> {
  const log = createLogger({ name: 'test', level: 'fatal' });
  const runtime = await openRuntime(stack.api.settings, { role: 'api', log });
  const app = await buildApp({ runtime, apiSettings: readApiSettings(env) });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    admin: openClient(url, adminToken),
    clientWith: (token) => openClient(url, token),
    async close() {
      await app.close();
      await runtime.close();
    },
  };
}
