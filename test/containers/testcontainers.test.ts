import { migrate } from '@latchkey/core/db';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startContainers } from '../support/services/containers.ts';
import type { Service } from '../support/services/services.ts';

let postgres: Service | null = null;
let redis: Service | null = null;

beforeAll(async () => {
  const containers = await startContainers({ postgres: true, redis: true }, 300_000);
  if (typeof containers === 'string') throw new Error(containers);
  ({ postgres, redis } = containers);
});

afterAll(async () => {
  await postgres?.close(false);
  await redis?.close(false);
});

it('migrates an empty PostgreSQL in a container, once', async () => {
  const url = postgres?.url ?? '';
  expect(await migrate(url)).toContain('0001-initial');
  expect(await migrate(url)).toEqual([]);
});
