import type { Write } from '../history.ts';
import { policyOf } from '../lab.ts';
import { acquisitions, isByHolder } from './read-attempts.ts';
import { number, text, type Change, type Row } from './read-changes.ts';

/** Every change of a credential that somebody could notice. */
export function readWrites(changes: readonly Change[], tokens: ReadonlyMap<string, string>): Write[] {
  const acquiring = acquisitions(changes);
  const ended = changes.filter(
    (change) =>
      change.source === 'refresh_attempt' &&
      change.before !== null &&
      change.after !== null &&
      isByHolder(change, acquiring),
  );
  const fences = new Map(
    ended.map(({ transaction, after }) => [
      `${transaction} ${text(after, 'credential_id')}`,
      number(after, 'fence'),
    ]),
  );
  return changes.flatMap(({ source, at, transaction, before, after }) => {
    if (source !== 'credential' || before === null || after === null) return [];
    const write = {
      at,
      credentialId: text(after, 'id'),
      policy: policyOf(text(after, 'provider')),
      fence: number(before, 'fence'),
      tokenVersion: { before: number(before, 'token_version'), after: number(after, 'token_version') },
      status: { before: text(before, 'status'), after: text(after, 'status') },
      secretChanged: differs(before, after, 'sealed'),
      healthChanged: differs(before, after, 'health'),
      writerFence: fences.get(`${transaction} ${text(after, 'id')}`) ?? null,
      token: tokens.get(text(before, 'grant_fingerprint')) ?? null,
      errorCode: text(after, 'last_error_code') || null,
    };
    const nothing =
      !write.secretChanged &&
      !write.healthChanged &&
      !differs(before, after, 'status') &&
      !differs(before, after, 'token_version');
    return nothing ? [] : [write];
  });
}

function differs(before: Row, after: Row, column: string): boolean {
  return before[column] !== after[column];
}

/** When each credential that was deleted began to be. */
export function readDeletions(changes: readonly Change[]): Map<string, number> {
  const begun = changes.filter(
    ({ source, before, after }) =>
      source === 'credential' &&
      text(after, 'status') === 'revoking' &&
      text(before, 'status') !== 'revoking',
  );
  return new Map(begun.map(({ at, after }) => [text(after, 'id'), at]));
}
