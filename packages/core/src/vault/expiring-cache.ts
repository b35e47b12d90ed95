export interface CacheLimits {
  readonly maxEntries: number;
  /** From the end of loading; use does not prolong it. */
  readonly lifetimeSeconds: number;
  /** A clock that no adjustment of the time of day moves. */
  readonly monotonicMilliseconds: () => number;
}

interface Entry<T> {
  readonly value: T;
  readonly until: number;
  /** Somebody relies on it until then: for him it outlives its time and the bound of the cache. */
  heldUntil: number;
}

interface Use {
  /** It is to stay for at least so long from now. What is past its lifetime is loaded again first, so that nothing stays for ever. */
  readonly holdSeconds?: number;
  /** What is held will do, although it is past its lifetime. */
  readonly held?: boolean;
}

/** Holds a bounded number of values for a bounded time. The least recently used goes first. */
export class ExpiringCache<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #loading = new Map<string, Promise<T | null>>();
  readonly #limits: CacheLimits;
  /** Rises when what is loaded may have changed. */
  #era = 0;

  constructor(limits: CacheLimits) {
    this.#limits = limits;
  }

  /**
   * The value kept for `key`, else what `load` brings. Who asks meanwhile shares the load; failure and null are not kept.
   */
  async get(
    key: string,
    load: () => Promise<T | null>,
    { holdSeconds = 0, held = false }: Use = {},
  ): Promise<T | null> {
    const entry = this.#entries.get(key);
    if (entry && this.#now() < (held ? endOf(entry) : entry.until)) {
      this.#entries.delete(key);
      this.#entries.set(key, entry);
      this.#hold(key, holdSeconds);
      return entry.value;
    }
    const value = await (this.#loading.get(key) ?? this.#start(key, load));
    this.#hold(key, holdSeconds);
    return value;
  }

  #now(): number {
    return this.#limits.monotonicMilliseconds();
  }

  #hold(key: string, seconds: number): void {
    const entry = this.#entries.get(key);
    if (entry) entry.heldUntil = Math.max(entry.heldUntil, this.#now() + seconds * 1000);
  }

  #start(key: string, load: () => Promise<T | null>): Promise<T | null> {
    const running = this.#load(key, load).finally(() => this.#loading.delete(key));
    this.#loading.set(key, running);
    return running;
  }

  async #load(key: string, load: () => Promise<T | null>): Promise<T | null> {
    const old = this.#entries.get(key);
    if (old && endOf(old) <= this.#now()) this.#entries.delete(key);
    for (;;) {
      const era = this.#era;
      const value = await load();
      // What was read before the change may be what was there before it.
      if (era !== this.#era) continue;
      if (value === null) this.#entries.delete(key);
      else this.keep(key, value);
      return value;
    }
  }

  /**
   * Replaces what has changed at its source, without a moment in which it is not there; loads under way begin again.
   * @param changes gets what is kept, and brings the new values of those that changed
   */
  async renew(changes: (kept: ReadonlyMap<string, T>) => Promise<ReadonlyMap<string, T>>): Promise<void> {
    this.#era += 1;
    const now = this.#now();
    const kept = [...this.#entries].filter(([, entry]) => now < endOf(entry));
    const changed = await changes(new Map(kept.map(([key, { value }]) => [key, value])));
    for (const [key, value] of changed) this.keep(key, value);
  }

  /** As if it had been loaded at this moment. */
  keep(key: string, value: T): void {
    const { lifetimeSeconds, maxEntries } = this.#limits;
    const now = this.#now();
    const heldUntil = this.#entries.get(key)?.heldUntil ?? now;
    this.#entries.delete(key);
    this.#entries.set(key, { value, until: now + lifetimeSeconds * 1000, heldUntil });
    for (const [oldest, entry] of this.#entries) {
      if (this.#entries.size <= maxEntries) break;
      if (oldest !== key && entry.heldUntil <= now) this.#entries.delete(oldest);
    }
  }
}

function endOf({ until, heldUntil }: Entry<unknown>): number {
  return Math.max(until, heldUntil);
}
