/** Asks at most once per `seconds`, whoever wants to know, and never while the last question is unanswered. */
export function atMostEvery<T>(seconds: number, ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  let freshUntil = 0;
  return () => {
    if (answer !== null && performance.now() < freshUntil) return answer;
    freshUntil = Infinity;
    const settle = () => {
      freshUntil = performance.now() + seconds * 1000;
    };
    answer = ask();
    answer.then(settle, settle);
    return answer;
  };
}
