export type { Refusal } from './decide-gate.ts';
export type { GateOutcome, GateReason } from './gate-state.ts';
export { openGates, type Gates } from './open-gates.ts';
export { passGate } from './pass-gate.ts';
export { readGates, type GateView } from './read-gates.ts';
export { recordOutcome } from './record-outcome.ts';
