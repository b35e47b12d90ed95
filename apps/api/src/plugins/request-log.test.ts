import { expect, test } from 'vitest';
import { loggedPath } from './request-log.ts';

function request(url: string, pattern?: string) {
  return { url, routeOptions: { url: pattern } } as unknown as Parameters<typeof loggedPath>[0];
}

test('A13: the log never has a query', () => {
  expect(loggedPath(request('/v1/credentials/cred_1?secret=1', '/v1/credentials/:id'))).toBe(
    '/v1/credentials/cred_1',
  );
  expect(loggedPath(request('/oauth/callback/notion?code=abc&state=d', '/oauth/callback/:provider'))).toBe(
    '/oauth/callback/:provider',
  );
});

test('D34: the log never has a ticket', () => {
  expect(loggedPath(request('/oauth/start/TICKET', '/oauth/start/:ticket'))).toBe('/oauth/start/:ticket');
  expect(loggedPath(request('/oauth/start/TICKET/typo'))).toBe('(unknown)');
  expect(loggedPath(request('/connect/session/TOKEN', '/connect/session/:token'))).toBe(
    '/connect/session/:token',
  );
});
