import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contrast, readableOn, textOn } from './accent.ts';
import { papers } from './appearance.ts';

const accents = [
  '#000000',
  '#ffffff',
  '#ffd400',
  '#2453c9',
  '#777777',
  '#ff0000',
  '#00ff88',
  '#1c1f24',
  '#767676',
];

describe('console C29: any accent colour can be read', () => {
  it('knows the contrasts of WCAG', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  });

  it.each(accents)('%s as a button and as a link, in light and in dark', (accent) => {
    expect(contrast(textOn(accent), accent)).toBeGreaterThanOrEqual(4.5);
    for (const paper of Object.values(papers))
      expect(contrast(readableOn(accent, paper), paper)).toBeGreaterThanOrEqual(4.5);
  });

  it('stays what it is where that can be read', () => {
    expect(readableOn('#2453c9', '#ffffff')).toBe('#2453c9');
  });

  it('knows the backgrounds of the style sheet', () => {
    const sheet = readFileSync(new URL('connect.css', import.meta.url), 'utf8');
    expect(sheet).toContain('--paper: light-dark(#fff, #1c1f24)');
    expect(papers).toEqual({ light: '#ffffff', dark: '#1c1f24' });
  });
});
