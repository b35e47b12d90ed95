/** A map of the most recently used keys: whoever comes up with new ones for ever costs a bounded amount of memory. */
export class BoundedMap<T> {
  readonly #entries = new Map<string, T>();
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Looks without using: what is only looked at ages. */
  peek(key: string): T | undefined {
    return this.#entries.get(key);
  }

  /** Makes it the most recent one; the least recent one goes when there are too many. */
  set(key: string, value: T): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#size) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  /** The value of a key, made where there is none, as the most recent one. */
  use(key: string, make: () => T): T {
    const value = this.#entries.get(key) ?? make();
    this.set(key, value);
    return value;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
