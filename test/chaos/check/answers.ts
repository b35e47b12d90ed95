import type { History, Violation } from '../history.ts';

/** Whatever is down, the API says 503 and when to come back; any other 5xx is a bug. */
export function checkAnswers({ answers }: History): Violation[] {
  return answers
    .filter(({ status }) => status !== null && status >= 500 && status !== 503)
    .map((evidence) => ({
      invariant: 'answers',
      text: `${evidence.operation} was answered with ${evidence.status} ${evidence.code ?? ''}`,
      evidence,
    }));
}
