import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import packageJson from '../../package.json' with { type: 'json' };
import type { Context } from '../context.ts';
import { acrossWorkspaces, db } from '../db/index.ts';
import { ConfigurationError } from '../errors.ts';
import { missingLine } from '../vault/key-check.ts';
import { lockRootKeys, primaryRootKeyId } from '../vault/root-key-register.ts';
import { promoteFirst } from './promote-first.ts';

const everyMs = 5_000;
/** After which the row of a process that was killed is of no interest to anybody. */
const forgottenMinutes = 10;

interface Reporting {
  readonly role: 'api' | 'worker';
  /** A fresh context of the system for each round. */
  readonly context: () => Context;
}

/** Says again and again which root keys this process can use, until it is closed. */
export interface ProcessReports {
  close(): Promise<void>;
}

/**
 * Reports this process: at once, every five seconds, and when data keys were replaced. Each round first follows what has
 * changed, so that a report never claims more than what is true.
 * @throws ConfigurationError when the primary root key is one that this process lacks
 */
export async function startReports({ role, context }: Reporting): Promise<ProcessReports> {
  const id = `${hostname()}/${process.pid}/${randomBytes(4).toString('hex')}`;
  const ctx = context();
  const stop = new AbortController();
  let wake = new AbortController();
  let generation = -1;
  let failing = false;

  const round = async (): Promise<void> => {
    const current = context();
    await current.vault.rootKeys.reload();
    const latest = await latestGeneration(current);
    if (latest > generation) await current.vault.renewKeys();
    generation = latest;
    await report(current, { id, role, generation });
    const primary = await primaryRootKeyId(current.em);
    if (!current.vault.rootKeys.ids().includes(primary))
      throw new ConfigurationError([missingLine(primary, false)]);
    await promoteFirst(current);
  };
  const loop = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      // With jitter, so that processes started together do not all ask at the same moment.
      const wait = everyMs * (0.9 + Math.random() / 5);
      await sleep(wait, undefined, { ref: false, signal: AbortSignal.any([stop.signal, wake.signal]) }).catch(
        () => undefined,
      );
      if (stop.signal.aborted) return;
      wake = new AbortController();
      try {
        await round();
        failing = false;
      } catch (error) {
        if (!failing) ctx.log.warn({ err: error }, 'this process could not report its root keys');
        failing = true;
      }
    }
  };

  try {
    await round();
  } catch (error) {
    await remove(ctx, id);
    throw error;
  }
  const unsubscribe = ctx.bus.subscribe(({ type }) => {
    if (type.startsWith('latchkey.keys.')) wake.abort();
  });
  const looping = loop();
  return {
    async close() {
      unsubscribe();
      stop.abort();
      await looping;
      await remove(context(), id).catch(() => undefined);
    },
  };
}

async function latestGeneration({ em }: Context): Promise<number> {
  const { rows } = await sql<{ latest: number }>`
    select coalesce(max(generation), 0) as latest from key_job`.execute(db(acrossWorkspaces(em)));
  return rows[0]?.latest ?? 0;
}

async function report(
  { em, vault }: Context,
  { id, role, generation }: { id: string; role: 'api' | 'worker'; generation: number },
): Promise<void> {
  await em.fork().transactional(async (tx) => {
    await lockRootKeys(tx, 'shared');
    await sql`
      insert into process_report (id, role, version, root_key_ids, generation)
      values (${id}, ${role}, ${packageJson.version}, ${vault.rootKeys.ids()}::text[], ${generation})
      on conflict (id) do update
        set root_key_ids = excluded.root_key_ids, generation = excluded.generation, seen_at = now()`.execute(
      db(tx),
    );
    await sql`
      delete from process_report where seen_at < now() - make_interval(mins => ${forgottenMinutes})`.execute(
      db(tx),
    );
  });
}

async function remove({ em }: Context, id: string): Promise<void> {
  await db(em).deleteFrom('process_report').where('id', '=', id).execute();
}
