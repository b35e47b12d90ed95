import type { ScratchDatabase } from '@latchkey/core/testing/scratch-database.ts';
import { onServer } from '@latchkey/core/testing/on-server.ts';

/** Cuts every connection but the superuser's, and refuses new ones until `end`. */
export async function cutDatabase({ superuser }: Pick<ScratchDatabase, 'superuser'>) {
  const { rows } = await superuser.query('select current_database() as name');
  const name: string = rows[0].name;
  await onServer(`alter database ${name} allow_connections false`);
  await superuser.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  );
  return { end: () => onServer(`alter database ${name} allow_connections true`) };
}
