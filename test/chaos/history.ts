/**
 * What happened in a run, from three sides: the provider's own log, every change of our tables, and what the clients
 * were told. Times are milliseconds since 1970; all parts run on one machine. Tokens are the provider's fingerprints.
 */
export type Policy = 'none' | 'rolling' | 'grace' | 'strict';

export const policies: readonly Policy[] = ['none', 'rolling', 'grace', 'strict'];

/** One refresh request, as the provider saw it. */
export interface Presentation {
  readonly sequence: number;
  readonly policy: Policy;
  /** Null: the provider never issued that token. */
  readonly grantId: string | null;
  readonly token: string;
  /** What the provider issued for it, whether or not the answer arrived; null when it did not act. */
  readonly issued: { readonly accessToken: string; readonly refreshToken: string | null } | null;
  readonly arrivedAt: number;
  readonly arrivedTick: number;
  /** Infinity while it is in flight. */
  readonly endedTick: number;
  /** When the last byte of an answer was handed to the connection; null when that never happened. */
  readonly answeredAt: number | null;
  /** The answer was the tokens, and all of it left. */
  readonly delivered: boolean;
  readonly status: number | null;
  readonly error: string | null;
}

/** A row of `refresh_attempt`, with every state that it ever had. */
export interface Attempt {
  readonly id: string;
  readonly credentialId: string;
  readonly fence: number;
  /** The refresh token that it presents; null when that was never seen in a row. */
  readonly token: string | null;
  readonly startedAt: number;
  /** Process id of the worker that took the lease. */
  readonly pid: number | null;
  readonly takeover: boolean;
  readonly ends: readonly AttemptEnd[];
}

export interface AttemptEnd {
  readonly state: string;
  readonly at: number;
  /** Said by whoever made the attempt; else by a successor who found it open. */
  readonly byHolder: boolean;
}

/** A change of a `credential` row. */
export interface Write {
  readonly at: number;
  readonly credentialId: string;
  readonly policy: Policy;
  readonly fence: number;
  readonly tokenVersion: { readonly before: number; readonly after: number };
  readonly status: { readonly before: string; readonly after: string };
  readonly secretChanged: boolean;
  readonly healthChanged: boolean;
  /** Of the attempt whose end was recorded in the same transaction. */
  readonly writerFence: number | null;
  /** The refresh token of the row before it. */
  readonly token: string | null;
  readonly errorCode: string | null;
}

export interface JournalEntry {
  readonly credentialId: string;
  readonly attemptId: string;
  readonly accessToken: string;
  readonly refreshToken: string | null;
}

/** An access token that a client was handed. */
export interface Lease {
  readonly credentialId: string;
  readonly accessToken: string;
  readonly minTtlSeconds: number;
  /** The earliest moment at which it can have been decided. */
  readonly decidedAt: number;
}

/** An access token that the provider issued. */
export interface AccessToken {
  readonly fingerprint: string;
  readonly grantId: string;
  readonly issuedAt: number;
  readonly lifetimeSeconds: number;
}

export interface Grant {
  readonly id: string;
  readonly policy: Policy;
  /** Null when no connection of it was completed. */
  readonly credentialId: string | null;
  readonly revokedAt: number | null;
  /** Somebody asked the provider to end it, as a deletion and a new connection do. */
  readonly revocationAskedAt: number | null;
}

interface PublishedEvent {
  readonly credentialId: string;
  readonly type: string;
  readonly tokenVersion: number | null;
}

/** What a client got for one call; status null: no answer, for example because that API process was just killed. */
export interface Answer {
  readonly operation: string;
  readonly at: number;
  readonly milliseconds: number;
  readonly status: number | null;
  readonly code: string | null;
}

/** A time in which something was wrong on purpose. */
export interface Disturbance {
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  /** The process that was killed or stopped. */
  readonly pid: number | null;
  readonly what: string;
}

/** How things stood when the time to converge was over. */
export interface Ending {
  /** In words, what had not come to rest; empty when everything had. */
  readonly unsettled: readonly string[];
  /** In words: gaps and repetitions in the sequences of the events. */
  readonly eventGaps: readonly string[];
}

export interface History {
  readonly presentations: readonly Presentation[];
  readonly attempts: readonly Attempt[];
  readonly writes: readonly Write[];
  readonly journal: readonly JournalEntry[];
  readonly leases: readonly Lease[];
  readonly accessTokens: readonly AccessToken[];
  readonly grants: readonly Grant[];
  readonly events: readonly PublishedEvent[];
  readonly answers: readonly Answer[];
  readonly disturbances: readonly Disturbance[];
  /** Credentials that somebody began to delete, and when. */
  readonly deletions: ReadonlyMap<string, number>;
  readonly ending: Ending;
}

export interface Violation {
  readonly invariant: 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'lost' | 'liveness' | 'answers';
  readonly text: string;
  /** What the history holds about it. */
  readonly evidence: unknown;
}
