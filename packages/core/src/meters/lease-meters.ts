import { Counter, Gauge, type Registry } from 'prom-client';
import type { ProblemCode } from '../errors.ts';

interface EndedLease {
  readonly provider: string;
  /** A code: refused. */
  readonly result: 'served' | ProblemCode;
}

export interface LeaseMeters {
  leaseEnded(lease: EndedLease): void;
  /** One request waits for a refresh or a check from now on. @returns what to call when it no longer does */
  leaseWaits(): () => void;
}

export function leaseMeters(registry: Registry, labelOf: (provider: string) => string): LeaseMeters {
  const leases = new Counter({
    name: 'latchkey_leases_total',
    help: 'Requests for a lease: served, or the code of the refusal.',
    labelNames: ['provider', 'result'],
    registers: [registry],
  });
  const waiting = new Gauge({
    name: 'latchkey_leases_waiting',
    help: 'Requests for a lease that wait for a refresh or a check.',
    registers: [registry],
  });
  return {
    leaseEnded: ({ provider, result }) => leases.inc({ provider: labelOf(provider), result }),
    leaseWaits() {
      waiting.inc();
      let ended = false;
      return () => {
        if (!ended) waiting.dec();
        ended = true;
      };
    },
  };
}
