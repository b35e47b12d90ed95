import type { History, Presentation, Violation } from '../history.ts';
import { unknownRecorded } from './unknown.ts';

/**
 * I1: the refreshes of a grant form one chain. No token is presented again after the provider acted on it, unless the
 * end of a presentation of it was recorded as unknown before; and none is presented that the provider did not issue.
 */
export function checkChain({ presentations, attempts }: History): Violation[] {
  const rotating = presentations.filter(({ policy }) => policy !== 'none');
  const unheardOf = presentations
    .filter(({ grantId }) => grantId === null)
    .map((evidence): Violation => ({
      invariant: 'I1',
      text: `a token was presented that the provider never issued (request ${evidence.sequence})`,
      evidence,
    }));
  const forks = Map.groupBy(rotating, ({ token }) => token)
    .values()
    .flatMap((same) => forksIn(same.toSorted((a, b) => a.arrivedTick - b.arrivedTick)))
    .filter(({ second }) => !unknownRecorded(attempts, second.token, second.arrivedAt))
    .map(({ first, second }): Violation => ({
      invariant: 'I1',
      text: `token ${second.token} was presented again (requests ${first.sequence} and ${second.sequence}) though no attempt with it was recorded as unknown`,
      evidence: { first, second, attempts: attempts.filter(({ token }) => token === second.token) },
    }));
  return [...unheardOf, ...forks];
}

function forksIn(same: readonly Presentation[]): { first: Presentation; second: Presentation }[] {
  return same.flatMap((second, index) => {
    const first = same.slice(0, index).find(({ issued }) => issued !== null);
    return first === undefined ? [] : [{ first, second }];
  });
}
