import { failures } from '../errors.ts';
import { standingOf, type GateReason, type GateState } from './gate-state.ts';

/** The turn to try passes on after so long: the one who has it may be dead. The first call of a client holds up healthy ones. */
export const turnSeconds = { probe: 30, first: 10 };

export interface Decision {
  /** Permits that leave the bucket. */
  readonly granted: number;
  /** The one permit is the turn to try. */
  readonly probe: boolean;
}

/**
 * How many of the permits that a process wants it gets. `take-permits.ts` says the same in SQL.
 * @param available permits in the bucket, whole and broken ones
 */
export function decideGate(state: GateState, available: number, want: number): Decision {
  const whole = Math.max(0, Math.floor(available));
  switch (standingOf(state)) {
    case 'closed':
      return { granted: Math.min(want, whole), probe: false };
    case 'open':
      return { granted: 0, probe: false };
    case 'half_open': {
      const free = (state.probeForSeconds ?? 0) <= 0;
      return free && whole >= 1 ? { granted: 1, probe: true } : { granted: 0, probe: false };
    }
  }
}

export interface Refusal {
  readonly passed: false;
  /** May be a fraction. */
  readonly retryAfterSeconds: number;
  readonly code: GateReason;
  readonly message: string;
}

/** What a caller is told whom an open or half-open gate does not let through. @param random in [0, 1) */
export function refuse(state: GateState, random: number): Refusal {
  const left = state.openForSeconds ?? 0;
  return {
    passed: false,
    retryAfterSeconds: left > 0 ? left + 1 + random * Math.max(2, left / 10) : 2 + random * 3,
    code: state.reason ?? 'rate_limited',
    message:
      state.message ??
      (state.reason === null
        ? 'Latchkey waits for the first answer to this OAuth client.'
        : failures[state.reason].message),
  };
}

/** What a caller is told who would wait too long for a permit. @param ahead how many wait before it */
export function refuseForRate(rate: number, ahead: number, random: number): Refusal {
  return {
    passed: false,
    retryAfterSeconds: Math.min(Math.max((ahead + 1) / rate, 0.1), 1) * (1 + random),
    code: 'rate_limited',
    message: `Latchkey sends this provider no more than ${rate} token requests a second. It tries again.`,
  };
}
