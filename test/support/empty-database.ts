import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** A database without a schema, for tests of what makes one. */
export interface EmptyDatabase {
  readonly url: string;
  readonly superuser: Client;
  drop(): Promise<void>;
}

/** The same server with another database, `postgres` unless told otherwise. */
function databaseUrl(name = 'postgres'): string {
  const url = new URL(process.env['TEST_DATABASE_URL'] ?? 'postgres://root@127.0.0.1:5432/postgres');
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs one statement from outside: a database cannot be created, closed or dropped by its own connections. */
export async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

export async function openEmptyDatabase(): Promise<EmptyDatabase> {
  const name = `lk_empty_${randomBytes(6).toString('hex')}`;
  await onServer(`create database ${name}`);
  const url = databaseUrl(name);
  const superuser = new Client({ connectionString: url });
  await superuser.connect();
  return {
    url,
    superuser,
    async drop() {
      await superuser.end();
      await onServer(`drop database ${name} with (force)`);
    },
  };
}
