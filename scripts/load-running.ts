// Loaded with `--import` by `npm run worker`: beside an `npm start`, a worker works for that one unless it is told otherwise.
import { readRunning } from './start/running.ts';

if (!process.env['DATABASE_URL'])
  for (const [name, value] of Object.entries(readRunning(process.env['DATA_DIR'] || '.data')))
    process.env[name] ||= value;
