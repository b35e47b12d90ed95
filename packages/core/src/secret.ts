import { inspect } from 'node:util';

/**
 * A string that does not print: `JSON.stringify`, template strings, `util.inspect` and loggers show `[secret]`.
 * The value leaves only by `reveal()`, which makes every place that uses a secret easy to find.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
