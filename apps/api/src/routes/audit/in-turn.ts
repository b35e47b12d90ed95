/**
 * Work of which one is under way at a time, however many ask: it takes long and holds a database connection. Equal
 * questions share an answer.
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
    const answer = last.then(() => work(input)).finally(() => asked.delete(key));
    asked.set(key, answer);
    last = answer.catch(() => undefined);
    return answer;
  };
}
