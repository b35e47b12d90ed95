import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { isFixed, periodSearch, rangeOf } from './period.ts';

const now = Date.parse('2026-02-03T04:05:06.000Z');
const parse = (search: unknown) => z.object(periodSearch).parse(search);

describe('a period in the address', () => {
  it('goes back from now, or has two fixed ends', () => {
    expect(rangeOf({ period: '1h' }, now)).toEqual({ from: '2026-02-03T03:05:06.000Z' });
    expect(rangeOf({}, now)).toEqual({});
    const fixed = { from: '2026-02-01T00:00:00Z', to: '2026-02-02T00:00:00Z' };
    expect(rangeOf({ period: '1h', ...fixed }, now)).toEqual(fixed);
    expect(isFixed(fixed)).toBe(true);
    expect(isFixed({ period: '1h' })).toBe(false);
  });

  it('drops what is none', () => {
    expect(parse({ period: 'forever', from: 'yesterday', to: 5 })).toEqual({});
    expect(parse({ period: '7d' })).toEqual({ period: '7d' });
  });
});
