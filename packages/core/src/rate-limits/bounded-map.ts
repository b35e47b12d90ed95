/**
 * A map of recently used keys: whoever comes up with new ones for ever costs a bounded amount of memory, and no more
 * time than the first. It forgets by halves, since a Map whose oldest entry goes with every new one gets slow: what was
 * used among the last `size / 2` different keys is there, and never more than `size` are.
 */
export class BoundedMap<T> {
  #young = new Map<string, T>();
  #old = new Map<string, T>();
  readonly #half: number;

  constructor(size: number) {
    this.#half = Math.floor(size / 2);
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** Looks without using: what is only looked at ages. */
  peek(key: string): T | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: string, value: T): void {
    if (this.#young.size >= this.#half && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    this.#old.delete(key);
  }

  /** The value of a key, made where there is none. */
  use(key: string, make: () => T): T {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const value = this.#old.get(key) ?? make();
    this.set(key, value);
    return value;
  }

  delete(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }
}
