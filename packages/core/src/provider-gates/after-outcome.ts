import { closed, standingOf, type GateOutcome, type GateReason, type GateState } from './gate-state.ts';

/** So many distinct credentials must fail in a row; one alone may just be broken itself. */
export const failuresToOpen = 5;

const firstOpeningSeconds = 5;
export const longestOpeningSeconds = 60;
export const longestPauseSeconds = 900;
export const rejectedClientSeconds = 3600;

/**
 * What a gate is like after a call ended.
 * @param probe whether the call had the turn to try
 * @param random in [0, 1), spreads workers and gates
 */
export function afterOutcome(
  before: GateState,
  outcome: GateOutcome,
  { probe, random }: { probe: boolean; random: number },
): GateState {
  const state = probe ? { ...before, probeForSeconds: null } : before;
  switch (outcome.kind) {
    case 'unused':
      return state;
    case 'answered':
      // A call that left earlier may still succeed: what the provider asked for holds all the same.
      if (!isPaused(state)) return closed;
      return state.failing.length === 0 ? state : { ...state, failing: [] };
    case 'failed':
      return afterFailure(state, outcome.credentialId, probe, random);
    case 'rate_limited': {
      const asked = Math.min(outcome.retryAfterSeconds ?? 0, longestPauseSeconds);
      // Of many calls in flight each may be told so: the pause grows once.
      if (asked <= 0 && standingOf(state) === 'open') return state;
      if (asked <= 0) return opened(state, 'rate_limited', openingSeconds(state, random));
      const seconds = Math.min(asked * (1 + random / 10), longestPauseSeconds);
      // The provider says how long: that is no sign that the next try will fail as well.
      return { ...opened(state, 'rate_limited', seconds), openings: state.openings };
    }
    case 'client_rejected':
      return {
        ...opened(state, 'client_misconfigured', rejectedClientSeconds),
        message: outcome.message,
      };
  }
}

function afterFailure(state: GateState, credentialId: string, probe: boolean, random: number): GateState {
  const standing = standingOf(state);
  if (standing === 'open') return state;
  if (standing === 'half_open' && state.reason !== null) {
    return probe ? opened(state, state.reason, openingSeconds(state, random)) : state;
  }
  const failing = state.failing.includes(credentialId) ? state.failing : [...state.failing, credentialId];
  if (failing.length >= failuresToOpen) {
    return opened({ ...state, failing }, 'provider_unavailable', openingSeconds(state, random));
  }
  // The first call with a client failed for another reason: one failure keeps nobody else waiting.
  if (probe && standing === 'half_open') return { ...closed, failing };
  return failing === state.failing ? state : { ...state, failing };
}

function isPaused(state: GateState): boolean {
  return state.reason === 'rate_limited' && standingOf(state) === 'open';
}

/** 5 s, doubling with every opening up to a minute, shortened by up to a quarter: nobody waits long for one unlucky try. */
function openingSeconds({ openings }: GateState, random: number): number {
  return Math.min(firstOpeningSeconds * 2 ** openings, longestOpeningSeconds) * (0.75 + random / 4);
}

/** Open for `seconds`, unless it is for longer already. */
function opened(state: GateState, reason: GateReason, seconds: number): GateState {
  if (state.openForSeconds !== null && state.openForSeconds >= seconds) return state;
  const openings = standingOf(state) === 'open' ? state.openings : state.openings + 1;
  const message = reason === state.reason ? state.message : null;
  return { ...state, openForSeconds: seconds, openings, reason, message };
}
