import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neutralise } from './neutralise.ts';

describe('E42: text from outside', () => {
  it('cannot start a new line, move the cursor or turn the direction of reading', () => {
    const text = 'a\r\nb\u0000c\u001b[31md\u007fe\u0085f\u2028g\u2029h\u202ei\u2066j\u200fk\tl';
    expect(neutralise(text)).toBe('abc[31mdefghijkl');
  });

  it('keeps what people write', () => {
    const text = 'Søren 株式会社 👩‍👩‍👧 “quoted” <b>&amp;</b>';
    expect(neutralise(text)).toBe(text);
  });

  it('is cut after 300 units and never in the middle of a character', () => {
    expect(neutralise('x'.repeat(1000))).toBe('x'.repeat(300));
    expect(neutralise(`${'x'.repeat(299)}👩`)).toBe('x'.repeat(299));
    expect(neutralise('👩'.repeat(1000))).toBe('👩'.repeat(150));
  });

  it('is always short, printable and valid Unicode', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 700 }), (units) => {
        const text = neutralise(String.fromCharCode(...units));
        expect(text.length).toBeLessThanOrEqual(300);
        expect(text.isWellFormed()).toBe(true);
        expect(text).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
