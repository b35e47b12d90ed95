import { describe, expect, it } from 'vitest';
import { emptyToken, expiryTime, networksOf } from './token-values.ts';

const now = Date.parse('2026-01-01T00:00:00.000Z');

describe('the fields of a service token', () => {
  it('an expiry is a time from now, never, or left as it is', () => {
    const at = (expiry: Parameters<typeof expiryTime>[0]['expiry']) =>
      expiryTime({ ...emptyToken, expiry, at: '2027-02-03T04:05' }, now);
    expect(at('days30')).toBe('2026-01-31T00:00:00.000Z');
    expect(at('never')).toBeNull();
    expect(at('keep')).toBeUndefined();
    expect(at('custom')).toBe(new Date('2027-02-03T04:05').toISOString());
  });

  it('networks are one a line, and none of them means anywhere', () => {
    expect(networksOf(' 10.0.0.0/8\n\n192.0.2.1, 2001:db8::/32 ')).toEqual([
      '10.0.0.0/8',
      '192.0.2.1',
      '2001:db8::/32',
    ]);
    expect(networksOf(' \n ')).toBeNull();
  });
});
