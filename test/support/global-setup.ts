/** For `vitest` run by hand: brings up the services that `npm test` has brought up already. */
import { startServices } from './services/start-services.ts';
import type { Services } from './services/services.ts';

let services: Services | null = null;

export async function setup(): Promise<void> {
  if (process.env['TEST_SERVICES_READY'] !== undefined) return;
  services = await startServices(process.env);
  // Every project that needs services has this set-up; the first one does it for all.
  process.env['TEST_SERVICES_READY'] = 'yes';
  process.env['TEST_DATABASE_URL'] = services.databaseUrl;
  if (services.redisUrl !== null) process.env['TEST_REDIS_URL'] = services.redisUrl;
  else process.env['TEST_WITHOUT_REDIS'] = 'yes';
}

export async function teardown(): Promise<void> {
  await services?.close(false);
}
