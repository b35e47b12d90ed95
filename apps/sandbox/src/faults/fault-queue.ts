import { kindMatches } from '../log/request-log.ts';
import type { EndpointKind, ProviderId } from '../provider-ids.ts';
import type { Fault, FaultInput, QueuedFault } from './fault.ts';
import { parseFault } from './fault.ts';
import { seededRandom } from './seeded-random.ts';

interface Target {
  provider: ProviderId;
  endpoint: EndpointKind;
  grantId: string | null;
}

interface Entry {
  fault: QueuedFault;
  random: () => number;
}

/** Faults that wait for a request to hit, first come first served. */
export class FaultQueue {
  #queue: Entry[] = [];
  #lastId = 0;
  #sinceCleared = 0;

  /** `seed` and the fault's place since the last clearing decide which of the requests a probable fault hits. */
  add(input: FaultInput, seed: number): QueuedFault {
    const fault = { id: this.#lastId + 1, ...parseFault(input) };
    this.#lastId = fault.id;
    this.#sinceCleared += 1;
    this.#queue.push({ fault, random: seededRandom(seed + this.#sinceCleared * 0x9e_37_79_b9) });
    return { ...fault };
  }

  list(): QueuedFault[] {
    return structuredClone(this.#queue.map(({ fault }) => fault));
  }

  clear(): void {
    this.#queue = [];
    this.#sinceCleared = 0;
  }

  /** A request takes at most one delay and one other fault, so that "slow and then broken" can be said. */
  take(target: Target): Fault[] {
    const taken = [true, false]
      .map((isDelay) => this.#queue.find((entry) => hits(entry, target, isDelay)))
      .filter((entry) => entry !== undefined);
    for (const { fault } of taken) if (fault.remaining !== null) fault.remaining -= 1;
    if (taken.some(({ fault }) => fault.remaining === 0)) {
      this.#queue = this.#queue.filter(({ fault }) => fault.remaining !== 0);
    }
    return taken.map(({ fault }) => fault.effect);
  }
}

/** A fault that is not certain to hit draws once for every request that it could. */
function hits({ fault, random }: Entry, target: Target, isDelay: boolean): boolean {
  if ((fault.effect.fault === 'delay') !== isDelay || !matches(fault, target)) return false;
  return fault.probability === 1 || random() < fault.probability;
}

function matches(fault: QueuedFault, target: Target): boolean {
  return (
    fault.provider === target.provider &&
    (fault.endpoint === undefined || kindMatches(fault.endpoint, target.endpoint)) &&
    (fault.grantId === undefined || fault.grantId === target.grantId)
  );
}
