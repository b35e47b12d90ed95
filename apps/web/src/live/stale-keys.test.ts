import type { CloudEvent } from '@latchkey/api/answers.ts';
import { expect, test } from 'vitest';
import { staleKeys } from './stale-keys.ts';

const event = (type: string, data: Record<string, unknown> = {}): CloudEvent => ({
  specversion: '1.0',
  id: 'evt_1',
  source: '/latchkey',
  type: `latchkey.${type}`,
  subject: 'cred_1',
  time: '2026-01-01T00:00:00.000Z',
  sequence: '1'.padStart(20, '0'),
  workspaceid: 'ws_1',
  data,
});

test('an event about a credential makes its own page and the lists it stands in stale, and no other provider’s', () => {
  const keys = staleKeys(event('credential.refreshed', { provider: 'notion' }));
  expect(keys).toContainEqual(['credential', 'cred_1']);
  expect(keys).toContainEqual(['timeline', 'cred_1']);
  expect(keys).toContainEqual(['credentials', 'notion']);
  expect(keys).not.toContainEqual(['credentials']);
});

test('an authorization touches the credential that it is about', () => {
  const keys = staleKeys(event('authorization.failed', { credentialId: 'cred_7' }));
  expect(keys).toContainEqual(['authorizations']);
  expect(keys).toContainEqual(['timeline', 'cred_7']);
  expect(staleKeys(event('authorization.started', { credentialId: null }))).not.toContainEqual([
    'timeline',
    null,
  ]);
});

test('what nothing on screen shows makes nothing stale', () => {
  expect(staleKeys(event('workspace.created'))).toEqual([]);
});
