import { describe, expect, it } from 'vitest';
import { credentials, now } from '../testing/credentials.ts';
import { credentialState } from './credential-state.ts';

describe('the state of a credential', () => {
  it.each(credentials)('%s', (_, credential, word, tone) => {
    expect(credentialState(credential, now)).toEqual({ word, tone });
  });

  it('is good for nothing but what is active, and sound', () => {
    const good = credentials.filter(([, credential]) => credentialState(credential, now).tone === 'good');
    for (const [, { status, health, lastError }] of good)
      expect({ status, health, lastError }).toEqual({ status: 'active', health: 'ok', lastError: null });
  });
});
