import { describe, expect, it } from 'vitest';
import { isHello } from './embedder.ts';

const partner = { name: 'the window that opened us' };
const event = {
  source: partner as unknown as Window,
  origin: 'https://app.test',
  data: { source: 'latchkey', version: 1, type: 'hello' } as unknown,
};
const allowed = ['https://app.test'];

describe('console C14: the page that is told how it goes', () => {
  it('is the one that holds us, at an origin of the session', () => {
    expect(isHello(event, partner, allowed)).toBe(true);
  });

  it.each([
    ['another window', { ...event, source: {} as Window }],
    ['another origin', { ...event, origin: 'https://evil.test' }],
    ['an opaque origin', { ...event, origin: 'null' }],
    ['another version', { ...event, data: { source: 'latchkey', version: 2, type: 'hello' } }],
    ['another type', { ...event, data: { source: 'latchkey', version: 1, type: 'connected' } }],
    ['no object', { ...event, data: 'hello' }],
  ])('is not %s', (_what, other) => {
    expect(isHello(other, partner, allowed)).toBe(false);
  });

  it('is nobody when nobody holds us, or none is allowed', () => {
    expect(isHello({ ...event, source: null }, null, allowed)).toBe(false);
    expect(isHello(event, partner, [])).toBe(false);
  });
});
