import type { Attempt, History, Presentation, Violation, Write } from '../history.ts';
import { check } from './check.ts';

/** Parts of histories made by hand. One tick is one millisecond here. */
export const start = 1_000_000;

export function historyOf(parts: Partial<History>): History {
  return {
    presentations: [],
    attempts: [],
    writes: [],
    journal: [],
    leases: [],
    accessTokens: [],
    grants: [],
    events: [],
    answers: [],
    disturbances: [],
    deletions: new Map(),
    ending: { unsettled: [], eventGaps: [] },
    ...parts,
  };
}

/** The invariants that a history with these parts violates. */
export function found(parts: Partial<History>): Violation['invariant'][] {
  return check(historyOf(parts)).map(({ invariant }) => invariant);
}

interface Refresh extends Partial<Presentation> {
  readonly token: string;
  /** Milliseconds after the start. */
  readonly from: number;
  readonly to: number;
}

/** A refresh that the provider answered with tokens, unless the changes say something else. */
export function presented({ from, to, ...changes }: Refresh): Presentation {
  return {
    sequence: from,
    policy: 'strict',
    grantId: 'grant',
    issued: { accessToken: `access after ${changes.token}`, refreshToken: `after ${changes.token}` },
    arrivedAt: start + from,
    arrivedTick: from,
    endedTick: to,
    answeredAt: start + to,
    delivered: true,
    status: 200,
    error: null,
    ...changes,
  };
}

interface Trial extends Partial<Attempt> {
  readonly token: string;
  readonly from: number;
  /** State and milliseconds after the start. */
  readonly ended?: readonly [string, number];
  readonly bySuccessor?: boolean;
}

export function attempted({ from, ended, bySuccessor = false, ...changes }: Trial): Attempt {
  return {
    id: `attempt ${from}`,
    credentialId: 'credential',
    fence: from,
    startedAt: start + from,
    pid: 1,
    takeover: false,
    ends: ended === undefined ? [] : [{ state: ended[0], at: start + ended[1], byHolder: !bySuccessor }],
    ...changes,
  };
}

export function written(changes: Partial<Write>): Write {
  return {
    at: start,
    credentialId: 'credential',
    policy: 'strict',
    fence: 1,
    tokenVersion: { before: 1, after: 1 },
    status: { before: 'active', after: 'active' },
    secretChanged: false,
    healthChanged: false,
    writerFence: null,
    token: 'first',
    errorCode: null,
    ...changes,
  };
}

export const givenUp = {
  status: { before: 'active', after: 'reauthorization_required' },
  errorCode: 'refresh_outcome_unknown',
} as const;
