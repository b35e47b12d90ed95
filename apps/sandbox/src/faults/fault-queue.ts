import { kindMatches } from '../log/request-log.ts';
import type { EndpointKind, ProviderId } from '../provider-ids.ts';
import type { Fault, FaultInput, QueuedFault } from './fault.ts';
import { parseFault } from './fault.ts';

interface Target {
  provider: ProviderId;
  endpoint: EndpointKind;
  grantId: string | null;
}

/** Faults that wait for a request to hit, first come first served. */
export class FaultQueue {
  #queue: QueuedFault[] = [];
  #lastId = 0;

  add(input: FaultInput): QueuedFault {
    const fault = { id: (this.#lastId += 1), ...parseFault(input) };
    this.#queue.push(fault);
    return fault;
  }

  list(): QueuedFault[] {
    return structuredClone(this.#queue);
  }

  clear(): void {
    this.#queue = [];
  }

  /** A request takes at most one delay and one other fault, so that "slow and then broken" can be said. */
  take(target: Target): Fault[] {
    const matching = this.#queue.filter((fault) => matches(fault, target));
    const taken = [
      matching.find(({ effect }) => effect.fault === 'delay'),
      matching.find(({ effect }) => effect.fault !== 'delay'),
    ].filter((fault) => fault !== undefined);
    for (const fault of taken) fault.remaining -= 1;
    this.#queue = this.#queue.filter((fault) => fault.remaining > 0);
    return taken.map(({ effect }) => effect);
  }
}

function matches(fault: QueuedFault, target: Target): boolean {
  return (
    fault.provider === target.provider &&
    (fault.endpoint === undefined || kindMatches(fault.endpoint, target.endpoint)) &&
    (fault.grantId === undefined || fault.grantId === target.grantId)
  );
}
