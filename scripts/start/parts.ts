import { startPart, type Part, type PartOptions } from './part.ts';

/** Thrown out of a start that is interrupted by a stop. */
export class Stopped extends Error {}

/** The running parts. The first that ends by itself ends all. */
export class Parts {
  readonly #parts: Part[] = [];
  readonly #onCrash: (name: string, how: string) => void;
  #stopping: Promise<void> | null = null;

  constructor(onCrash: (name: string, how: string) => void) {
    this.#onCrash = onCrash;
  }

  /** Starts a part that is meant to stay. @throws Stopped */
  start(options: PartOptions): Part {
    const part = startPart(options);
    this.#add(part);
    void this.#watch(part);
    return part;
  }

  /** Runs a part to its end. @returns whether it succeeded @throws Stopped */
  async run(options: PartOptions): Promise<boolean> {
    const part = startPart(options);
    this.#add(part);
    const { success } = await part.ended;
    if (this.#stopping !== null) throw new Stopped();
    this.#parts.splice(this.#parts.indexOf(part), 1);
    return success;
  }

  /** Stops what uses the database, then the database. */
  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      const isDatabase = (part: Part) => part.name === 'postgres';
      await Promise.all(this.#parts.filter((part) => !isDatabase(part)).map((part) => part.stop()));
      await Promise.all(this.#parts.filter(isDatabase).map((part) => part.stop()));
    })();
    return this.#stopping;
  }

  /** Does not wait for anybody. The database still ends properly: its guard notices that this process is gone. */
  kill(): void {
    for (const part of this.#parts) if (part.name !== 'postgres') part.kill('SIGKILL');
  }

  async #watch(part: Part): Promise<void> {
    const { how } = await part.ended;
    if (this.#stopping === null) this.#onCrash(part.name, how);
  }

  #add(part: Part): void {
    if (this.#stopping !== null) {
      part.kill('SIGTERM');
      throw new Stopped();
    }
    this.#parts.push(part);
  }
}
