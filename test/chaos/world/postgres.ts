import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { migrate } from '@latchkey/core/db';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../scripts/start/embedded-postgres.ts';

/** A PostgreSQL of one run: stopped without warning and started again on the same port, with all that was committed. */
export interface OwnPostgres {
  readonly url: string;
  /** As a superuser, on a connection of its own. Tried again for up to 30 seconds while the server is away. */
  query<T>(text: string, values?: readonly unknown[]): Promise<T[]>;
  /** Immediate mode: all connections are cut, nothing is written in order. */
  crash(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A commit must survive `crash`, so it waits for the operating system; a power cut is not part of it. */
const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '300' };

const patienceMs = 30_000;

export async function openOwnPostgres(
  dataDir: string,
  onLine: (name: string, line: string) => void,
): Promise<OwnPostgres> {
  let server: EmbeddedPostgres | null = await startEmbeddedPostgres({ dataDir, onLine, settings });
  const { url } = server;
  const { port } = new URL(url);
  await migrate(url);
  return {
    url,
    query: (text, values = []) => patiently(() => ask(url, text, values)),
    async crash() {
      const running = server;
      server = null;
      if (running === null) return;
      const pid = Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
      process.kill(pid, 'SIGQUIT');
      await running.part.ended;
    },
    async start() {
      server ??= await startEmbeddedPostgres({ dataDir, onLine, settings: { ...settings, port } });
    },
    async stop() {
      await server?.part.stop();
      server = null;
    },
  };
}

async function ask<T>(url: string, text: string, values: readonly unknown[]): Promise<T[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000, query_timeout: 20_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(text, [...values])).rows as T[];
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A statement that the server refused for what it says is not worth repeating. */
function isRefusal(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^(22|23|42)/.test(code);
}

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (const deadline = performance.now() + patienceMs; ; await wait(200)) {
    try {
      return await work();
    } catch (error) {
      if (isRefusal(error) || performance.now() > deadline) throw error;
    }
  }
}
