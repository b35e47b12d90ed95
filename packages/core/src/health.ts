import { setTimeout as delay } from 'node:timers/promises';
import type { Runtime } from './runtime.ts';

type Check = 'ok' | 'failing';

export interface Health {
  readonly database: Check;
  readonly transport: Check;
}

const checkMilliseconds = 2000;
const reuseMilliseconds = 500;

/** Whether what a process stands on answers. However often it is asked, the database is asked twice a second at most. */
export function openHealth({ orm, transport }: Pick<Runtime, 'orm' | 'transport'>): () => Promise<Health> {
  let last: { at: number; checks: Promise<Health> } | null = null;
  const probe = async () => {
    const [database, bus] = await Promise.all([
      answers(() => orm.em.fork().execute('select 1')),
      answers(() => transport.ping()),
    ]);
    return { database, transport: bus };
  };
  return () => {
    const at = performance.now();
    if (last === null || at - last.at > reuseMilliseconds) last = { at, checks: probe() };
    return last.checks;
  };
}

async function answers(probe: () => Promise<unknown>): Promise<Check> {
  const giveUp = new AbortController();
  try {
    const late = delay(checkMilliseconds, 'late', { ref: false, signal: giveUp.signal });
    return (await Promise.race([probe().then(() => 'in time'), late])) === 'late' ? 'failing' : 'ok';
  } catch {
    return 'failing';
  } finally {
    giveUp.abort();
  }
}
