import { describe, expect, it } from 'vitest';
import { mergeNewest } from './merge-newest.ts';
import { formatPosition, parsePosition } from './position.ts';

const at = (minute: number, key: string) => ({ at: new Date(Date.UTC(2026, 0, 1, 0, minute)), key });

describe('one order of three lists', () => {
  const sources = {
    authorization: [at(9, 'a3'), at(4, 'a2'), at(1, 'a1')],
    event: [at(8, '12'), at(5, '11')],
    audit: [at(7, '21')],
  };

  it('takes the newest first, and says where each goes on', () => {
    const { items, next } = mergeNewest(sources, 3);
    expect(items.map(({ key }) => key)).toEqual(['a3', '12', '21']);
    expect(next).toEqual({ authorization: 'a2', event: '11', audit: null });
    expect(mergeNewest(sources, 10).next).toEqual({ authorization: null, event: null, audit: null });
  });

  it('never lets an item overtake one of its kind, so that reading on by keys neither repeats nor skips one', () => {
    const late = { authorization: [at(1, 'a2'), at(9, 'a1')], event: [at(5, '11')], audit: [] };
    expect(mergeNewest(late, 3).items.map(({ key }) => key)).toEqual(['11', 'a2', 'a1']);
  });
});

describe('a position', () => {
  const id = `auth_${'0'.repeat(26)}`;

  it('is the same when it comes back', () => {
    const position = { authorization: id, event: '12', audit: null };
    expect(formatPosition(position)).toBe(`${id}-12-0`);
    expect(parsePosition(`${id}-12-0`)).toEqual(position);
    expect(formatPosition({ authorization: null, event: null, audit: null })).toBeNull();
  });

  it.each(['', '0', `${id}-12`, `${id}-x-1`, `cred_${'0'.repeat(26)}-1-1`, `${id}-1-${'9'.repeat(16)}`])(
    '"%s" is refused',
    (text) => {
      expect(() => parsePosition(text)).toThrow(expect.objectContaining({ code: 'validation_failed' }));
    },
  );
});
