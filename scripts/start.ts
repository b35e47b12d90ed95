/** `npm start`: the whole product in one process tree. See docs/architecture.md, "Running it". */
import { fileURLToPath } from 'node:url';
import { supervise } from './start/supervise.ts';

const entry = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

await supervise({
  migrate: entry('apps/api/src/migrate.ts'),
  sandbox: entry('apps/sandbox/src/server.ts'),
  api: entry('apps/api/src/server.ts'),
  worker: entry('apps/worker/src/worker.ts'),
});
