import { Problem } from '@latchkey/core/errors.ts';

/** So many different questions wait at once. */
const mostWaiting = 20;
const retryAfterSeconds = 30;

/**
 * Work of which one is under way at a time, however many ask: it takes long and holds a database connection. Equal
 * questions share an answer.
 * @throws Problem `service_unavailable` when too many wait
 */
export function inTurn<I, O>(
  work: (input: I) => Promise<O>,
  keyOf: (input: I) => string,
): (input: I) => Promise<O> {
  const asked = new Map<string, Promise<O>>();
  let last: Promise<unknown> = Promise.resolve();
  return (input) => {
    const key = keyOf(input);
    const known = asked.get(key);
    if (known !== undefined) return known;
    if (asked.size >= mostWaiting) {
      const detail = 'Too many verifications wait for their turn.';
      return Promise.reject(new Problem('service_unavailable', { detail, retryAfterSeconds }));
    }
    const answer = last.then(() => work(input)).finally(() => asked.delete(key));
    asked.set(key, answer);
    last = answer.catch(() => undefined);
    return answer;
  };
}
