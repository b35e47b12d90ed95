import { Counter, Histogram, type Registry } from 'prom-client';
import type { KeyCall } from '../vault/index.ts';

/** Made before the others: keys are asked for while a process starts. */
export interface KeyServiceMeters {
  readonly keyServiceCalled: (call: KeyCall) => void;
  exposeOn(registry: Registry): void;
}

export function keyServiceMeters(): KeyServiceMeters {
  const calls = new Counter({
    name: 'latchkey_key_service_calls_total',
    help: 'Calls to a key management service: succeeded, or the code of the failure.',
    labelNames: ['service', 'operation', 'outcome'],
    registers: [],
  });
  const durations = new Histogram({
    name: 'latchkey_key_service_call_duration_seconds',
    help: 'Time that a key management service took, its repetitions included.',
    labelNames: ['service', 'operation'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [],
  });
  return {
    keyServiceCalled({ service, operation, outcome, seconds }) {
      calls.inc({ service, operation, outcome });
      if (seconds !== null) durations.observe({ service, operation }, seconds);
    },
    exposeOn(registry) {
      registry.registerMetric(calls);
      registry.registerMetric(durations);
    },
  };
}
