import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../../scripts/start/embedded-postgres.ts';
import type { Service } from './services.ts';

/** Nothing in it outlives the run, so it need not survive a power cut. */
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' };

/** The embedded PostgreSQL on a data directory of its own. */
export async function startLocalPostgres(): Promise<Service> {
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-test-'));
  const log: string[] = [];
  const { url, part } = await startEmbeddedPostgres({
    dataDir,
    settings,
    onLine: (_name, line) => log.push(line),
  });
  return {
    url,
    note: 'embedded, on a data directory of its own',
    async close(failed) {
      await part.stop();
      if (failed) process.stdout.write(`The data of the failed run stays in ${dataDir}\n`);
      else rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
