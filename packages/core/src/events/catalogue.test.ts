import { describe, expect, it } from 'vitest';
import { eventError } from './event-error.ts';
import { eventTypes, type EventType } from './catalogue.ts';

const valid = {
  authorization: {
    kind: 'revoke',
    provider: 'notion',
    credentialId: 'cred_1',
    reason: 'user',
    attempt: 1,
    delaySeconds: 0,
    error: eventError('key_rejected'),
  },
  credential: { provider: 'notion', name: 'Mine', status: 'active', health: 'ok', tokenVersion: 2 },
  service_token: { name: 'pipeline' },
  connect_session: {},
  oauth_client: { provider: 'notion', mode: 'custom', clientId: 'abc' },
  keys: { kind: 'rewrap', workspaceId: null, total: null, done: 0, skipped: 0, error: null },
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

describe('what a refresh adds to the event of its credential', () => {
  const refresh = {
    attemptId: 'att_1',
    outcome: 'rejected',
    takeover: false,
    source: null,
    providerStatus: 400,
  };

  it.each(['refreshed', 'refresh_failed', 'reauthorization_required'] as const)(
    '%s takes it, and nothing beside it',
    (happened) => {
      const schema = eventTypes[`latchkey.credential.${happened}`];
      expect(schema.safeParse({ ...valid.credential, refresh }).success).toBe(true);
      const more = { ...valid.credential, refresh: { ...refresh, refreshToken: 'canary' } };
      expect(schema.safeParse(more).success).toBe(false);
    },
  );

  it('no other event of a credential has it', () => {
    const renamed = eventTypes['latchkey.credential.renamed'];
    expect(renamed.safeParse({ ...valid.credential, refresh }).success).toBe(false);
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
