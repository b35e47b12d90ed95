import { describe, expect, it } from 'vitest';
import { eventError } from './event-error.ts';
import { eventTypes, type EventType } from './catalogue.ts';

const valid = {
  authorization: {
    kind: 'revoke',
    provider: 'notion',
    credentialId: 'cred_1',
    attempt: 1,
    delaySeconds: 0,
    error: eventError('key_rejected'),
  },
  credential: { provider: 'notion', name: 'Mine', status: 'active', health: 'ok', tokenVersion: 2 },
  service_token: { name: 'pipeline' },
  oauth_client: { provider: 'notion', mode: 'custom', clientId: 'abc' },
};

describe.each(Object.keys(eventTypes) as EventType[])('%s', (type) => {
  const area = type.split('.')[1] as keyof typeof valid;

  it('takes the declared data', () => {
    expect(eventTypes[type].safeParse(valid[area]).success).toBe(true);
  });

  it('refuses a field that is not declared, at any depth', () => {
    expect(eventTypes[type].safeParse({ ...valid[area], accessToken: 'canary' }).success).toBe(false);
    const withError = { ...valid[area], error: { ...eventError('key_rejected'), response: 'canary' } };
    expect(eventTypes[type].safeParse(withError).success).toBe(false);
  });
});

describe('eventError', () => {
  it('carries what the table of failures says, and a message of its own where there is one', () => {
    expect(eventError('consent_denied')).toMatchObject({
      code: 'consent_denied',
      retryable: false,
      actor: 'user',
    });
    expect(eventError('rate_limited', 'x'.repeat(10_000)).message).toHaveLength(500);
  });
});
