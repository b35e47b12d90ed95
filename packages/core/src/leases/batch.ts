/**
 * Collects calls that come while one is under way and handles them together: under load many requests share one
 * statement, alone a request waits for nothing.
 * @param handle answers each input at its place
 * @param most inputs per call
 */
export function batch<I, O>(handle: (inputs: I[]) => Promise<O[]>, most: number): (input: I) => Promise<O> {
  type Waiting = { input: I; resolve: (output: O) => void; reject: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let running = 0;
  const mostAtOnce = 2;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const taken = waiting.slice(0, most);
      waiting = waiting.slice(most);
      try {
        const outputs = await handle(taken.map(({ input }) => input));
        taken.forEach(({ resolve }, index) => resolve(outputs[index] as O));
      } catch (error) {
        for (const { reject } of taken) reject(error);
      }
    }
  }

  return (input) =>
    new Promise<O>((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      if (running >= mostAtOnce) return;
      running += 1;
      // After the current turn of the event loop, so that requests that arrived together go together.
      setImmediate(() => {
        void drain().finally(() => {
          running -= 1;
        });
      });
    });
}

/**
 * Handles equal inputs once: each gets the output of its like.
 * @param keyOf equal for equal inputs
 */
export function distinct<I, O>(
  handle: (inputs: I[]) => Promise<O[]>,
  keyOf: (input: I) => string,
): (inputs: I[]) => Promise<O[]> {
  return async (inputs) => {
    const keys = inputs.map(keyOf);
    const first = new Map(inputs.map((input, index) => [keys[index], input]));
    const outputs = await handle([...first.values()]);
    const answers = new Map([...first.keys()].map((key, index) => [key, outputs[index] as O]));
    return keys.map((key) => answers.get(key) as O);
  };
}
