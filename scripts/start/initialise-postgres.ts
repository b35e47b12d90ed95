import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from './postgres-account.ts';
import type { PostgresPrograms } from './postgres-programs.ts';
import { StopError } from './stop-error.ts';

interface Cluster {
  readonly programs: PostgresPrograms;
  readonly account: Account;
  /** Where the cluster will be; made only when complete, so that an interrupted start leaves none. */
  readonly data: string;
  readonly password: string;
}

/**
 * Makes a cluster with the superuser and the database `latchkey`, open to connections with the password only.
 * @throws StopError with PostgreSQL's own message
 */
export function initialisePostgres({ programs, account, data, password }: Cluster): void {
  const draft = `${data}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  if (account.ids !== null) chownSync(draft, account.ids.uid, account.ids.gid);
  const run = (program: string, args: string[], input = '') => {
    const [command = program, ...rest] = [...account.prefix, program, ...args];
    const result = spawnSync(command, rest, {
      input,
      encoding: 'utf8',
      cwd: '/',
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      ...(account.prefix.length === 0 && account.ids),
    });
    if (result.status !== 0) {
      throw new StopError(
        `The embedded PostgreSQL could not be set up: ${result.error?.message ?? result.stderr.trim()}`,
      );
    }
  };
  run(programs.initdb, [
    `--pgdata=${draft}`,
    '--username=latchkey',
    '--auth=trust',
    '--no-instructions',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ]);
  // In single-user mode nobody can connect: there is no moment without a password.
  run(
    programs.postgres,
    ['--single', '-D', draft, 'postgres'],
    `alter role latchkey password '${password}'\ncreate database latchkey\n`,
  );
  writeFileSync(join(draft, 'pg_hba.conf'), 'host all all 127.0.0.1/32 scram-sha-256\n');
  renameSync(draft, data);
}
