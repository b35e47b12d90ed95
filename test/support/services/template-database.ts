import { randomBytes } from 'node:crypto';
import { migrate } from '@latchkey/core/db/index.ts';
import { databaseUrl, onServer } from '@latchkey/core/testing/on-server.ts';

/** A migrated database, to be copied for each test file: that is a fraction of the work of migrating one. */
export async function openTemplateDatabase(server: string): Promise<{ name: string; drop(): Promise<void> }> {
  const name = `lk_template_${randomBytes(6).toString('hex')}`;
  await onServer(`create database ${name}`, server);
  await migrate(databaseUrl(name, server));
  return { name, drop: () => onServer(`drop database ${name} with (force)`, server) };
}
