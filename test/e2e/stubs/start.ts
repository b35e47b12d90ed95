/** The supervisor of `npm start` with parts that do nothing: what is tested is how they live and die. */
import { fileURLToPath } from 'node:url';
import { supervise } from '../../../scripts/start/supervise.ts';

const stub = (name: string) => fileURLToPath(new URL(`${name}.ts`, import.meta.url));

await supervise(
  { migrate: stub('migrate'), sandbox: stub('sandbox'), api: stub('api'), worker: stub('worker') },
  [100, 200],
);
