import type { TransportKind } from '../support/processes.ts';

export const variants = ['correct', 'no-lease', 'no-fence', 'ttl-lock'] as const;
/** How the workers hold their refresh leases; all but the first are broken on purpose. */
export type Variant = (typeof variants)[number];

export interface ChaosOptions {
  /** How long faults strike. What follows is healing and coming to rest. */
  readonly seconds: number;
  readonly seed: number;
  readonly transport: TransportKind;
  readonly apis: number;
  readonly workers: number;
  readonly variant: Variant;
  /** Kinds of faults; left out: all. */
  readonly faults?: readonly string[];
  /** Called with a line of progress now and then. */
  readonly say?: (line: string) => void;
}
