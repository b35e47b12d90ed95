import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure, failures, type FailureCode } from '../errors.ts';
import { judgeFailure } from './judge-failure.ts';

const codes = Object.keys(failures) as FailureCode[];
const inputs = fc.record({
  code: fc.constantFrom(...codes),
  sent: fc.constantFrom('not_sent' as const, 'unknown' as const, 'answered' as const),
  rotation: fc.constantFrom('none' as const, 'rolling' as const, 'grace' as const, 'strict' as const),
  takeover: fc.boolean(),
  reason: fc.constantFrom('user', 'lease', 'schedule', 'report', 'grant'),
});

type Input = typeof inputs extends fc.Arbitrary<infer T> ? T : never;

const judge = ({ code, sent, rotation, takeover, reason }: Input) =>
  judgeFailure({
    failure: new Failure(code),
    sent,
    method: { refresh: { rotation } },
    takeover,
    authorization: { reason },
  });

const revoked: Input = {
  code: 'grant_revoked',
  sent: 'answered',
  rotation: 'strict',
  takeover: false,
  reason: 'schedule',
};

describe('judgeFailure', () => {
  it('I6: a credential dies only of an answer, or of a refresh token that it never had', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        if (judge(input).kind !== 'dead' || input.code === 'missing_refresh_token') return;
        expect(input.sent).not.toBe('not_sent');
        expect(failures[input.code].retryable).toBe(false);
      }),
    );
  });

  it('what may pass is tried again, and the client’s fault is never the credential’s', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const retryable = failures[input.code].retryable && input.code !== 'client_misconfigured';
        const { kind } = judge(input);
        expect(kind === 'client').toBe(input.code === 'client_misconfigured');
        expect(kind === 'again').toBe(retryable);
      }),
    );
  });

  it('invalid_grant is our loss, and is called so, exactly when an earlier presentation may have rotated the token', () => {
    expect(judge(revoked)).toMatchObject({ kind: 'dead', code: 'grant_revoked' });
    expect(judge({ ...revoked, takeover: true })).toMatchObject({
      kind: 'dead',
      code: 'refresh_outcome_unknown',
    });
    expect(judge({ ...revoked, takeover: true, rotation: 'grace' })).toMatchObject({
      code: 'refresh_outcome_unknown',
    });
    expect(judge({ ...revoked, takeover: true, rotation: 'none' })).toMatchObject({ code: 'grant_revoked' });
    expect(judge({ ...revoked, takeover: true, rotation: 'rolling' })).toMatchObject({
      code: 'grant_revoked',
    });
  });

  it('without a refresh token a credential lives until a run needs more', () => {
    const missing: Input = { ...revoked, code: 'missing_refresh_token', sent: 'not_sent' };
    expect(judge(missing).kind).toBe('kept');
    expect(judge({ ...missing, reason: 'user' }).kind).toBe('kept');
    expect(judge({ ...missing, reason: 'lease' }).kind).toBe('dead');
    expect(judge({ ...missing, reason: 'report' }).kind).toBe('dead');
  });
});
