import { randomBytes } from 'node:crypto';
import { databaseUrl, onServer } from '@latchkey/core/testing/on-server.ts';
import { Client } from 'pg';

/** A database without a schema, for tests of what makes one. */
export interface EmptyDatabase {
  readonly url: string;
  readonly superuser: Client;
  drop(): Promise<void>;
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
