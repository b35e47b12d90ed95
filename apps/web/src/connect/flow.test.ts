import { describe, expect, it } from 'vitest';
import { methodOf, next, startOf, type Flow } from './flow.ts';
import { authorization, failed, outcome, provider, session, succeeded } from './testing/samples.ts';

const going: Flow = {
  at: 'going',
  provider: 'notion',
  method: 'oauth2',
  authorization: authorization(),
  visit: 'window',
};
const told = (members: Parameters<typeof authorization>[0]) =>
  ({ type: 'told', authorization: authorization(members) }) as const;

describe('the page begins', () => {
  it('with a choice, unless there is none', () => {
    expect(startOf(session())).toEqual({ at: 'choosing' });
    expect(startOf(session({ providers: [provider('notion', 'both')] }))).toEqual({
      at: 'preparing',
      provider: 'notion',
      method: 'oauth2',
      failure: null,
    });
  });

  it('with the provider that another tab sent here', () => {
    expect(startOf(session(), 'notion')).toMatchObject({ at: 'preparing', provider: 'notion' });
    expect(startOf(session(), 'unknown')).toEqual({ at: 'choosing' });
  });

  it.each(['awaiting_consent', 'queued', 'running'] as const)('console C22: where it was: %s', (status) => {
    const read = session({ authorizations: [authorization({ status })] });
    expect(startOf(read)).toMatchObject({ at: 'going', provider: 'notion', authorization: { status } });
  });

  it('console C22: with what went wrong before', () => {
    const read = session({ authorizations: [failed('consent_denied')] });
    expect(startOf(read)).toMatchObject({ at: 'preparing', failure: { code: 'consent_denied' } });
  });

  it('console C22: connected, closed or expired, as the session is', () => {
    expect(startOf(session({ outcome: succeeded }))).toMatchObject({
      at: 'connected',
      credentialId: 'cred_1',
    });
    expect(startOf(session({ outcome: outcome({ status: 'expired' }) }))).toEqual({
      at: 'over',
      why: 'expired',
    });
    expect(startOf(session({ outcome: outcome({ status: 'closed' }) }))).toEqual({
      at: 'over',
      why: 'closed',
    });
  });

  it('with an account where that works, with a key otherwise, with what is connected again always', () => {
    expect(methodOf(provider('notion', 'both'), session())).toBe('oauth2');
    expect(methodOf(provider('notion', 'both', false), session())).toBe('api_key');
    expect(methodOf(provider('dropbox', 'account', false), session())).toBe('oauth2');
    const credential = {
      id: 'cred_1',
      provider: 'notion',
      name: 'Wiki',
      authMethod: 'api_key',
      status: 'invalid',
      accountName: null,
    } as const;
    expect(methodOf(provider('notion', 'both'), session({ credential }))).toBe('api_key');
  });
});

describe('the flow', () => {
  it('console C10: a window that seems closed changes the hint and nothing else', () => {
    expect(next(going, { type: 'visit', visit: 'closed' })).toEqual({ ...going, visit: 'closed' });
  });

  it('console C12: a success after that still wins, also after the person gave up', () => {
    const closed = next(going, { type: 'visit', visit: 'closed' });
    const success = told({ status: 'succeeded', credentialId: 'cred_1' });
    expect(next(closed, success)).toMatchObject({ at: 'connected', credentialId: 'cred_1' });
    const givenUp = next(closed, { type: 'given up' });
    expect(givenUp).toMatchObject({ at: 'preparing', failure: null });
    expect(next(givenUp, success)).toMatchObject({ at: 'connected' });
    expect(next(givenUp, { type: 'outcome', outcome: succeeded })).toMatchObject({ at: 'connected' });
  });

  it('console C15: what is connected stays the same thing, whatever is heard how often', () => {
    const connected = next(going, told({ status: 'succeeded' }));
    expect(next(connected, told({ status: 'succeeded' }))).toBe(connected);
    expect(next(connected, told({ status: 'failed' }))).toBe(connected);
    expect(next(connected, { type: 'outcome', outcome: outcome({ status: 'closed' }) })).toBe(connected);
    expect(next(connected, { type: 'lost' })).toBe(connected);
    expect(next(connected, { type: 'back' })).toBe(connected);
  });

  it('console C14: another authorization than the one under way changes nothing', () => {
    expect(next(going, told({ id: 'auth_2', status: 'failed' }))).toBe(going);
  });

  it('keeps provider and method after a failure, and says which it was', () => {
    const after = next(going, { type: 'told', authorization: failed('account_mismatch') });
    expect(after).toMatchObject({
      at: 'preparing',
      provider: 'notion',
      method: 'oauth2',
      failure: { kind: 'ended', code: 'account_mismatch' },
    });
  });

  it('console C11: an authorization that ran out has a code as well; one that was cancelled is no failure', () => {
    expect(next(going, told({ status: 'expired' }))).toMatchObject({
      failure: { code: 'authorization_expired' },
    });
    expect(next(going, told({ status: 'cancelled' }))).toMatchObject({ at: 'preparing', failure: null });
  });

  it('a new attempt forgets the authorization before it', () => {
    expect(next(going, { type: 'set off', visit: 'window' })).toEqual({ ...going, authorization: null });
  });

  it('console C25: ends when the session does', () => {
    expect(next(going, { type: 'lost' })).toEqual({ at: 'over', why: 'expired' });
    const expired = { type: 'outcome', outcome: outcome({ status: 'expired' }) } as const;
    expect(next({ at: 'choosing' }, expired)).toEqual({ at: 'over', why: 'expired' });
  });
});
