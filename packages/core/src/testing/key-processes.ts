import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { vi } from 'vitest';
import { systemActor, type Context } from '../context.ts';
import { db, withinWorkspaces } from '../db/index.ts';
import type { CloudEvent } from '../events/index.ts';
import { newId } from '../ids.ts';
import { startReports } from '../root-keys/index.ts';
import { localKeyring, openVault, type KeyProvider, type Vault } from '../vault/index.ts';
import type { ScratchDatabase } from './scratch-database.ts';

/** `id:base64` of a new root key. */
export const newRootKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

/** As much of a process as root keys and key jobs have to do with, on a pool of its own. */
export interface KeyProcess {
  readonly vault: Vault;
  readonly log: { [level in 'info' | 'warn' | 'error']: ReturnType<typeof vi.fn<Logger['info']>> };
  /** A context of the system. */
  readonly context: (changes?: Partial<Context>) => Context;
  /** Begins to report, as the runtime does. */
  report(role?: 'api' | 'worker'): Promise<void>;
  /** What an event of a key job makes it do: the next report is at once. */
  hear(): void;
  close(): Promise<void>;
}

export async function openKeyProcess(
  database: ScratchDatabase,
  keys: string | KeyProvider,
  { rowsPerSecond = 100_000 } = {},
): Promise<KeyProcess> {
  const orm = await database.openAnother();
  const log = {
    info: vi.fn<Logger['info']>(),
    warn: vi.fn<Logger['info']>(),
    error: vi.fn<Logger['info']>(),
  };
  const provider = typeof keys === 'string' ? localKeyring(keys) : keys;
  const vault = await openVault({ orm, keys: provider, log });
  const listeners = new Set<(event: CloudEvent) => void>();
  const bus = {
    subscribe(listener: (event: CloudEvent) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const context = (changes: Partial<Context> = {}) =>
    ({
      workspaceId: '',
      actor: systemActor,
      requestId: null,
      clientAddress: null,
      em: withinWorkspaces(orm.em, [changes.workspaceId ?? '']),
      vault,
      log,
      bus,
      nudge: () => undefined,
      settings: { keyJobRowsPerSecond: rowsPerSecond },
      ...changes,
    }) as unknown as Context;
  let reports: Awaited<ReturnType<typeof startReports>> | null = null;
  return {
    vault,
    log,
    context,
    async report(role = 'worker') {
      reports = await startReports({ role, context });
    },
    hear() {
      for (const listener of listeners) listener({ type: 'latchkey.keys.job_progressed' } as CloudEvent);
    },
    async close() {
      await reports?.close();
    },
  };
}

/** A workspace with its data key. */
export async function openWorkspace({ vault, context }: KeyProcess): Promise<string> {
  const id = newId('workspace');
  await withinWorkspaces(context().em, [id]).transactional(async (em) => {
    await db(em).insertInto('workspace').values({ id, name: id }).execute();
    await vault.createDataKey(em, id);
  });
  return id;
}
