import type { Attempt, AttemptEnd } from '../history.ts';
import { number, text, type Change } from './read-changes.ts';

/** Every attempt with all the ends that were ever recorded of it. */
export function readAttempts(changes: readonly Change[], tokens: ReadonlyMap<string, string>): Attempt[] {
  const acquiring = acquisitions(changes);
  const ofAttempts = changes.filter(({ source }) => source === 'refresh_attempt');
  const ends = Map.groupBy(
    ofAttempts.filter(({ before, after }) => before !== null && after !== null),
    ({ after }) => text(after, 'id'),
  );
  return ofAttempts
    .filter(({ before }) => before === null)
    .map(({ after, at, transaction }) => ({
      id: text(after, 'id'),
      credentialId: text(after, 'credential_id'),
      fence: number(after, 'fence'),
      token: tokens.get(text(after, 'grant_fingerprint')) ?? null,
      startedAt: at,
      pid: pidOf(changes, transaction),
      takeover: after?.['takeover'] === true,
      ends: (ends.get(text(after, 'id')) ?? []).map((change) => endOf(change, acquiring)),
    }));
}

function endOf(change: Change, acquiring: ReadonlySet<string>): AttemptEnd {
  return { state: text(change.after, 'state'), at: change.at, byHolder: isByHolder(change, acquiring) };
}

/** A successor who finds an attempt open says so with a code of its own, or in the transaction of its own attempt. */
export function isByHolder({ after, transaction }: Change, acquiring: ReadonlySet<string>): boolean {
  return text(after, 'error_code') !== 'refresh_interrupted' && !acquiring.has(transaction);
}

/** The transactions that began an attempt. */
export function acquisitions(changes: readonly Change[]): Set<string> {
  return new Set(
    changes
      .filter(({ source, before }) => source === 'refresh_attempt' && before === null)
      .map(({ transaction }) => transaction),
  );
}

/** `lease_owner` ends with the process id of the worker. */
function pidOf(changes: readonly Change[], transaction: string): number | null {
  const owner = changes
    .filter((change) => change.source === 'credential' && change.transaction === transaction)
    .map(({ after }) => /(\d+)$/.exec(text(after, 'lease_owner'))?.[1])
    .find((pid) => pid !== undefined);
  return owner === undefined ? null : Number(owner);
}
