export interface CacheLimits {
  readonly maxEntries: number;
  /** From the end of loading; use does not prolong it. */
  readonly lifetimeSeconds: number;
  /** A clock that no adjustment of the time of day moves. */
  readonly monotonicMilliseconds: () => number;
}

/** Holds a bounded number of values for a bounded time. The least recently used goes first. */
export class ExpiringCache<T> {
  readonly #entries = new Map<string, { value: T; until: number }>();
  readonly #loading = new Map<string, Promise<T | null>>();
  readonly #limits: CacheLimits;

  constructor(limits: CacheLimits) {
    this.#limits = limits;
  }

  /**
   * The value kept for `key`, else what `load` brings. Who asks meanwhile shares the load; failure and null are not kept.
   * @param forSeconds a value that is kept for less than that is loaded again
   */
  async get(key: string, load: () => Promise<T | null>, forSeconds = 0): Promise<T | null> {
    const entry = this.#entries.get(key);
    if (entry && this.#limits.monotonicMilliseconds() + forSeconds * 1000 < entry.until) {
      this.#entries.delete(key);
      this.#entries.set(key, entry);
      return entry.value;
    }
    const running = this.#loading.get(key) ?? this.#start(key, load);
    return running;
  }

  #start(key: string, load: () => Promise<T | null>): Promise<T | null> {
    const running = this.#load(key, load).finally(() => this.#loading.delete(key));
    this.#loading.set(key, running);
    return running;
  }

  async #load(key: string, load: () => Promise<T | null>): Promise<T | null> {
    this.#entries.delete(key);
    const value = await load();
    if (value !== null) this.#keep(key, value);
    return value;
  }

  #keep(key: string, value: T): void {
    const { lifetimeSeconds, maxEntries, monotonicMilliseconds } = this.#limits;
    this.#entries.set(key, { value, until: monotonicMilliseconds() + lifetimeSeconds * 1000 });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= maxEntries) break;
      this.#entries.delete(oldest);
    }
  }
}
