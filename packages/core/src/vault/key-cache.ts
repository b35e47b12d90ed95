import type { EntityManager } from '@mikro-orm/postgresql';
import { currentDataKeyIds, loadDataKey, type DataKey } from './data-keys.ts';
import { ExpiringCache, type CacheLimits } from './expiring-cache.ts';
import type { KeyProvider } from './key-provider.ts';
import { VaultError } from './vault-error.ts';

export type { CacheLimits };

/**
 * Keys in clear, and for how long: a key that is erased works on in other processes for at most this long (what a refresh
 * brings that is under way may be sealed later), and the vault works on without the database and the key service for as
 * long.
 */
const defaultLimits: CacheLimits = {
  maxEntries: 10_000,
  lifetimeSeconds: 300,
  monotonicMilliseconds: () => performance.now(),
};

/** The data keys of workspaces, each loaded once however many ask at the same time. */
export interface KeyCache {
  /**
   * The key that seals.
   * @param forSeconds asked for before: so long from then on it is there to seal with, whatever the limits
   * @throws VaultError `unknown_key`
   */
  current(workspaceId: string, forSeconds?: number): Promise<DataKey>;
  /** The key with this id, current or retired. @throws VaultError `unknown_key` also when it is another workspace's */
  find(workspaceId: string, id: string): Promise<DataKey>;
  /** Afterwards no current key is older than the call. Those at hand are replaced, not dropped. */
  renew(): Promise<void>;
}

/** Keys that are unwrapped at once: behind a key service each takes a while. */
const loadsAtOnce = 20;

export function openKeyCache(
  fork: () => EntityManager,
  keys: KeyProvider,
  changes: Partial<CacheLimits> = {},
): KeyCache {
  const limits = { ...defaultLimits, ...changes };
  const currentKeys = new ExpiringCache<DataKey>(limits);
  const otherKeys = new ExpiringCache<DataKey>(limits);
  const loadCurrent = (workspaceId: string, use: Parameters<typeof currentKeys.get>[2]) =>
    currentKeys.get(workspaceId, () => loadDataKey(fork(), keys, { workspaceId, purpose: 'seal' }), use);
  return {
    current: async (workspaceId, forSeconds = 0) =>
      (await loadCurrent(workspaceId, forSeconds > 0 ? { holdSeconds: forSeconds } : { held: true })) ??
      unknown(),
    find: async (workspaceId, id) => {
      const current = await loadCurrent(workspaceId, {});
      if (current?.id === id) return current;
      const load = () => loadDataKey(fork(), keys, { workspaceId, purpose: 'seal' }, id);
      return (await otherKeys.get(`${workspaceId} ${id}`, load)) ?? unknown();
    },
    renew: () =>
      currentKeys.renew(async (kept) => {
        const ids = await currentDataKeyIds(fork(), [...kept.keys()]);
        const stale = [...kept].filter(([workspaceId, { id }]) => ids.get(workspaceId) !== id);
        const fresh = new Map<string, DataKey>();
        for (let from = 0; from < stale.length; from += loadsAtOnce) {
          const load = async ([workspaceId, old]: [string, DataKey]) => {
            otherKeys.keep(`${workspaceId} ${old.id}`, old);
            const key = await loadDataKey(fork(), keys, { workspaceId, purpose: 'seal' });
            if (key !== null) fresh.set(workspaceId, key);
          };
          await Promise.all(stale.slice(from, from + loadsAtOnce).map(load));
        }
        return fresh;
      }),
  };
}

function unknown(): never {
  throw new VaultError('unknown_key');
}
