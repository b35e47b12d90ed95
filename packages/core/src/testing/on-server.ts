import { Client } from 'pg';

/** The server that the tests use. */
export function serverUrl(): string {
  return process.env['TEST_DATABASE_URL'] ?? 'postgres://root@127.0.0.1:5432/postgres';
}

/** The address of a database of a server. */
export function databaseUrl(name: string, server = serverUrl()): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs one statement from outside: a database cannot be created, closed or dropped by its own connections. */
export async function onServer(statement: string, server = serverUrl()): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
