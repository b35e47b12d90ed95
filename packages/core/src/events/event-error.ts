import { describeFailure, type FailureCode } from '../errors.ts';
import type { EventError } from './catalogue.ts';

/** The `error` of an event or an authorization: what a failure code means, with a message of its own or the table's. */
export function eventError(code: FailureCode, message?: string): EventError {
  const facts = describeFailure(code);
  return {
    code,
    message: (message ?? facts.message).slice(0, 500),
    retryable: facts.retryable,
    actor: facts.actor,
  };
}
