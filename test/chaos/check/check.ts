import type { History, Violation } from '../history.ts';
import { checkAnswers } from './answers.ts';
import { checkChain } from './chain.ts';
import { checkFences } from './fences.ts';
import { checkInFlight } from './in-flight.ts';
import { checkJournal } from './journal.ts';
import { checkLeases } from './leases.ts';
import { checkLiveness } from './liveness.ts';
import { checkLostTokens } from './lost-tokens.ts';
import { checkRejections } from './rejections.ts';

const checks = [
  checkChain,
  checkInFlight,
  checkJournal,
  checkLeases,
  checkFences,
  checkRejections,
  checkLostTokens,
  checkLiveness,
  checkAnswers,
];

/** Everything in a history that must not be. Pure. */
export function check(history: History): Violation[] {
  return checks.flatMap((one) => one(history));
}
