import { describe, expect, it } from 'vitest';
import { table } from './output.ts';

describe('a table', () => {
  it('has columns as wide as their widest cell and says – for what is not there', () => {
    expect(
      table([
        { id: 'a', state: 'known' },
        { id: 'longer', state: null },
      ]),
    ).toBe('ID      STATE\na       known\nlonger  –\n');
  });

  it('says so when it is empty', () => {
    expect(table([])).toBe('(none)\n');
  });

  it('prints no control character of a name', () => {
    expect(table([{ name: 'a\u001b[2Jb\u202ec' }])).toBe('NAME\na[2Jbc\n');
  });
});
