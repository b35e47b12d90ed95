import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { migrate, openOrm, type Orm } from '../db/index.ts';
import { databaseUrl, onServer } from './on-server.ts';

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

/** Copies the database that `TEST_TEMPLATE_DATABASE` names; where nobody made one, it runs the migrations. */
export async function openScratchDatabase(prefix: string): Promise<ScratchDatabase> {
  const name = `lk_${prefix}_${randomBytes(6).toString('hex')}`;
  const template = process.env['TEST_TEMPLATE_DATABASE'];
  await onServer(`create database ${name}${template === undefined ? '' : ` template ${template}`}`);
  const url = databaseUrl(name);
  const orms: Orm[] = [];
  const openAnother = async () => {
    const orm = await openOrm({ databaseUrl: url, poolSize: 4 });
    orms.push(orm);
    return orm;
  };
  if (template === undefined) await migrate(url);
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
