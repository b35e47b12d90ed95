/** For `vitest` run by hand: brings up the services that `npm test` has brought up already. */
import { startServices } from './services/start-services.ts';
import type { Services } from './services/services.ts';

let services: Services | null = null;

export async function setup(): Promise<void> {
  if (process.env['TEST_SERVICES_READY'] !== undefined) return;
  services = await startServices(process.env);
  // Every project that needs services has this set-up; the first one does it for all.
  Object.assign(process.env, services.env);
}

export async function teardown(): Promise<void> {
  await services?.close(false);
}
