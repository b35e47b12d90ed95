import { describe, expect, it } from 'vitest';
import { isOdd, toSend } from './typed-key.ts';

describe('console C26: what is typed into a key form', () => {
  it('is sent without the blanks around it, and without what was left empty', () => {
    expect(toSend({ apiKey: ' \n fc-1 \t', baseUrl: '  ' })).toEqual({ apiKey: 'fc-1' });
  });

  it('may look odd, which is a remark and no error', () => {
    const odd = { warnPattern: '^fc-' };
    expect(isOdd(odd, 'sk-1')).toBe(true);
    expect(isOdd(odd, ' fc-1')).toBe(false);
    expect(isOdd(odd, '')).toBe(false);
    expect(isOdd({ warnPattern: null }, 'anything')).toBe(false);
  });
});
