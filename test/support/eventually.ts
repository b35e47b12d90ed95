import { setTimeout as wait } from 'node:timers/promises';

interface EventuallyOptions {
  /** What is waited for, as it stands in the failure. */
  readonly describe: string;
  /** Default 30 seconds: a busy machine is slow, and who succeeds waits no longer for it. */
  readonly timeoutMs?: number;
  /** Between two attempts. Default 25. */
  readonly intervalMs?: number;
}

const leastLooks = 10;

type Truthy<T> = Exclude<T, false | null | undefined | 0 | ''>;

/**
 * Repeats a check until its result is truthy and it does not throw.
 * @returns that result
 * @throws Error that says what was waited for, with the last failure as its cause
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  options: EventuallyOptions,
): Promise<Truthy<T>> {
  const { describe, timeoutMs = 30_000, intervalMs = 25 } = options;
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  let looks = 0;
  do {
    looks += 1;
    try {
      const result = await check();
      if (result) return result as Truthy<T>;
      last = new Error(`the last result was ${JSON.stringify(result)}`);
    } catch (error) {
      last = error;
    }
    await wait(intervalMs);
    // A machine that stood still for as long has not looked.
  } while (performance.now() < deadline || looks < leastLooks);
  throw new Error(
    `Not within ${timeoutMs} ms: ${describe}. ${last instanceof Error ? last.message : String(last)}`,
    { cause: last },
  );
}
