import { describe, expect, it } from 'vitest';
import {
  authorizationStatusesBefore,
  authorizationTransitions,
  isFinished,
  type AuthorizationStatus,
} from './status.ts';

const statuses = Object.keys(authorizationTransitions) as AuthorizationStatus[];

describe('authorization status', () => {
  it('an ended authorization never changes again', () => {
    expect(statuses.filter(isFinished)).toEqual(['succeeded', 'failed', 'expired', 'cancelled']);
  });

  it('only work that has not begun can be cancelled or expire', () => {
    expect(authorizationStatusesBefore('cancelled')).toEqual(['awaiting_consent', 'queued']);
    expect(authorizationStatusesBefore('expired')).toEqual(['awaiting_consent', 'queued']);
  });

  it('nothing succeeds without having run', () => {
    expect(authorizationStatusesBefore('succeeded')).toEqual(['running']);
  });

  it('every status is reached from where a row begins', () => {
    const reached = new Set<AuthorizationStatus>(['awaiting_consent', 'queued']);
    for (const from of reached) for (const to of authorizationTransitions[from]) reached.add(to);
    expect([...reached].toSorted()).toEqual(statuses.toSorted());
  });
});
