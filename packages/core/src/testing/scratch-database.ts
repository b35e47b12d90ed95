import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { migrate, openOrm, type Orm } from '../db/index.ts';

/** A migrated database of its own for one test file. */
export interface ScratchDatabase {
  readonly url: string;
  readonly orm: Orm;
  /** A superuser beside the application, for what an attacker inside the database could do. */
  readonly superuser: Client;
  /** Another process, as far as the database can tell. Closed by `drop`. */
  openAnother(): Promise<Orm>;
  drop(): Promise<void>;
}

async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function serverUrl(): string {
  return process.env['TEST_DATABASE_URL'] ?? 'postgres://root@127.0.0.1:5432/postgres';
}

export async function openScratchDatabase(prefix: string): Promise<ScratchDatabase> {
  const name = `lk_${prefix}_${randomBytes(6).toString('hex')}`;
  await onServer(`create database ${name}`);
  const address = new URL(serverUrl());
  address.pathname = `/${name}`;
  const url = address.href;
  const orms: Orm[] = [];
  const openAnother = async () => {
    const orm = await openOrm({ databaseUrl: url, poolSize: 4 });
    orms.push(orm);
    return orm;
  };
  await migrate(url);
  const orm = await openAnother();
  const superuser = new Client({ connectionString: url });
  await superuser.connect();
  return {
    url,
    orm,
    superuser,
    openAnother,
    drop: async () => {
      await superuser.end();
      await Promise.all(orms.map((each) => each.close()));
      await onServer(`drop database ${name} with (force)`);
    },
  };
}
