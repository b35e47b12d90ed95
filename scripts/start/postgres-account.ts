import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StopError } from './stop-error.ts';

/** How PostgreSQL is run: a prefix for the command line, and the ids to take on. */
export interface Account {
  readonly ids: { readonly uid: number; readonly gid: number } | null;
  readonly prefix: readonly string[];
}

/**
 * PostgreSQL refuses to run as root. Then it runs as the user `postgres`, made when missing.
 * @param paths what that user has to reach; a checkout below `/root` or in a private temporary directory is
 *   out of its reach, so it keeps root's right to look into directories (CAP_DAC_OVERRIDE) and nothing else
 * @throws StopError when there is no way to run it
 */
export function postgresAccount(paths: readonly string[]): Account {
  if (process.getuid?.() !== 0) return { ids: null, prefix: [] };
  const ids = findUser() ?? createUser();
  if (paths.every((path) => canReach(ids, path))) return { ids, prefix: [] };
  const prefix = [
    'setpriv', `--reuid=${ids.uid}`, `--regid=${ids.gid}`, '--clear-groups', '--securebits=+no_setuid_fixup',
    ...['inh-caps', 'ambient-caps', 'bounding-set'].map((set) => `--${set}=-all,+dac_override`),
  ]; // prettier-ignore
  try {
    execFileSync('setpriv', [...prefix.slice(1), 'true'], { stdio: 'pipe' });
  } catch {
    throw new StopError(
      `PostgreSQL does not run as root, and the user "postgres" cannot reach ${paths.find((path) => !canReach(ids, path))}. ` +
        'Run Latchkey as an ordinary user, move it to a directory that everybody may enter, or set DATABASE_URL.',
    );
  }
  return { ids, prefix };
}

function findUser(): { uid: number; gid: number } | null {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return null;
  }
}

function createUser(): { uid: number; gid: number } {
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], { stdio: 'pipe' });
  } catch {
    // told below: there is still no such user
  }
  const user = findUser();
  if (user !== null) return user;
  throw new StopError(
    'PostgreSQL does not run as root, and the user "postgres" could not be made. Run as another user or set DATABASE_URL.',
  );
}

function canReach({ uid, gid }: { uid: number; gid: number }, path: string): boolean {
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    const { mode, uid: owner, gid: group } = statSync(directory);
    const enter = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
    if ((mode & enter) === 0) return false;
    if (directory === dirname(directory)) return true;
  }
}
