import { describe, expect, it } from 'vitest';
import { splitEntered } from './split-entered.ts';

const split = (all: string, shown: string) => {
  const { rows, entered } = splitEntered(Array.from(all), new Set(shown), (row) => row);
  return [rows.join(''), entered.join('')];
};

describe('rows that come into a list', () => {
  it('are held back above a row that was shown, and shown below all of them', () => {
    expect(split('abcd', '')).toEqual(['abcd', '']);
    expect(split('abcd', 'ad')).toEqual(['ad', 'bc']);
    expect(split('xad', 'ad')).toEqual(['ad', 'x']);
    expect(split('abcd', 'ab')).toEqual(['abcd', '']);
  });

  it('are shown where none of those is left that were', () => {
    expect(split('bc', 'a')).toEqual(['bc', '']);
  });
});
