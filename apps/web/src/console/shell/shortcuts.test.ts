import { describe, expect, it } from 'vitest';
import { rowAfter, shortcutOf, type Keystroke, type Where } from './shortcuts.ts';

const reading: Where = {
  isWriting: false,
  isBehindDialog: false,
  isAmongRows: true,
  isOnRow: false,
  singleKeys: true,
};
const stroke = (key: string, over: Partial<Keystroke> = {}): Keystroke => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  ...over,
});
const asked = (key: string, where: Partial<Where> = {}, over: Partial<Keystroke> = {}) =>
  shortcutOf(stroke(key, over), { ...reading, ...where });

describe('the keys of the console', () => {
  it.each([
    ['/', 'search'],
    ['?', 'help'],
    ['j', 'next'],
    ['k', 'previous'],
    ['ArrowDown', 'next'],
    ['ArrowUp', 'previous'],
    ['x', null],
    ['Escape', null],
  ])('%s asks for %s', (key, what) => {
    expect(asked(key)).toBe(what);
  });

  it.each(['/', '?', 'j', 'k', 'ArrowDown', 'ArrowUp', 'Enter'])(
    '%s does nothing in a field, behind a dialog, with Alt or Ctrl, or while an input method writes',
    (key) => {
      const row = { isOnRow: true };
      expect(asked(key, { ...row, isWriting: true })).toBeNull();
      expect(asked(key, { ...row, isBehindDialog: true })).toBeNull();
      expect(asked(key, row, { altKey: true })).toBeNull();
      expect(asked(key, row, { isComposing: true })).toBeNull();
      expect(asked(key, row, { ctrlKey: true })).toBe(key === 'k' ? 'palette' : null);
    },
  );

  it('Ctrl+K and ⌘K open the palette, also from a field, but not from behind a dialog', () => {
    expect(asked('k', {}, { ctrlKey: true })).toBe('palette');
    expect(asked('K', { isWriting: true }, { metaKey: true })).toBe('palette');
    expect(asked('k', { isBehindDialog: true }, { ctrlKey: true })).toBeNull();
  });

  it('Enter opens a row only when the row itself has the focus, and arrows scroll where there is no row', () => {
    expect(asked('Enter')).toBeNull();
    expect(asked('Enter', { isOnRow: true })).toBe('open');
    expect(asked('ArrowDown', { isAmongRows: false })).toBeNull();
  });

  it('single keys can be switched off; the palette, arrows and Enter stay', () => {
    const off = { singleKeys: false, isOnRow: true };
    expect(['/', '?', 'j', 'k'].map((key) => asked(key, off))).toEqual([null, null, null, null]);
    expect(asked('k', off, { ctrlKey: true })).toBe('palette');
    expect(asked('ArrowDown', off)).toBe('next');
    expect(asked('Enter', off)).toBe('open');
  });

  it('rows end at both ends', () => {
    expect([rowAfter('next', -1, 3), rowAfter('next', 0, 3), rowAfter('next', 2, 3)]).toEqual([0, 1, 2]);
    expect([rowAfter('previous', -1, 3), rowAfter('previous', 0, 3)]).toEqual([2, 0]);
    expect(rowAfter('next', -1, 0)).toBe(-1);
  });
});
