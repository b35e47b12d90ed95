import type { GateState } from '../gate-state.ts';

/** The same gate so many seconds later. */
export function later(state: GateState, seconds: number): GateState {
  const minus = (left: number | null) => (left === null ? null : left - seconds);
  return {
    ...state,
    openForSeconds: minus(state.openForSeconds),
    probeForSeconds: minus(state.probeForSeconds),
  };
}
