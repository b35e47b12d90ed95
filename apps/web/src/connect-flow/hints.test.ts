import { describe, expect, it } from 'vitest';
import { isHint } from './hints.ts';

const ours = 'https://keys.test';
const genuine = { source: 'latchkey', version: 1, type: 'connected', authorizationId: 'auth_1' };

describe('console C14: a message that an authorization is over', () => {
  it('counts from our own origin, for the authorization that is followed', () => {
    expect(isHint(ours, genuine, ours, 'auth_1')).toBe(true);
    expect(isHint(ours, { ...genuine, type: 'failed' }, ours, 'auth_1')).toBe(true);
  });

  it.each([
    ['another origin', 'https://evil.test', genuine],
    ['an opaque origin', 'null', genuine],
    ['another authorization', ours, { ...genuine, authorizationId: 'auth_2' }],
    ['another version', ours, { ...genuine, version: 2 }],
    ['another type', ours, { ...genuine, type: 'hello' }],
    ['another product', ours, { ...genuine, source: 'react-devtools' }],
    ['no object', ours, 'connected'],
    ['nothing', ours, null],
  ])('does not count from or for %s', (_what, origin, data) => {
    expect(isHint(origin, data, ours, 'auth_1')).toBe(false);
  });
});
