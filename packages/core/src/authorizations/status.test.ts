import fc from 'fast-check';
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

  it('however it goes, an authorization ends once and for all, and ran before it succeeded', () => {
    const choices = fc.array(fc.nat(), { maxLength: 30 });
    fc.assert(
      fc.property(fc.constantFrom('awaiting_consent' as const, 'queued' as const), choices, (start, walk) => {
        const path: AuthorizationStatus[] = [start];
        for (const choice of walk) {
          const next: readonly AuthorizationStatus[] = authorizationTransitions[path.at(-1) ?? start];
          if (next.length > 0) path.push(next[choice % next.length] ?? start);
        }
        expect(path.filter(isFinished).length).toBeLessThanOrEqual(1);
        expect(path.slice(0, -1).filter(isFinished)).toEqual([]);
        expect(path.at(-1) === 'succeeded' && path.at(-2) !== 'running').toBe(false);
      }),
    );
  });

  it('what may come before a status is exactly what may be followed by it', () => {
    const any = fc.constantFrom(...statuses);
    fc.assert(
      fc.property(any, any, (from, to) => {
        const follows = (authorizationTransitions[from] as readonly AuthorizationStatus[]).includes(to);
        expect(authorizationStatusesBefore(to).includes(from)).toBe(follows);
      }),
    );
  });
});
