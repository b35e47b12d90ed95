import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { findings } from './axe.ts';
import { coveredText } from './covered-text.ts';
import { picture, sidewaysScroll } from './chromium.ts';

/** Targets below 24 CSS pixels that do not stand in a line of text (WCAG 2.2, 2.5.8). */
const smallTargets = `[...document.querySelectorAll('a, button, input, summary')]
  .map((element) => ({ name: element.textContent || element.name, ...element.getBoundingClientRect().toJSON() }))
  .filter(({ width, height }) => width > 0 && (width < 24 || height < 24))
  .map(({ name }) => name)`;

/** The narrowest screen that pages must fit. */
export const narrow = { viewport: { width: 320, height: 640 } } as const;

/**
 * Nothing to scroll sideways, nothing that something else stands over, nothing too small to hit, and nothing that axe finds.
 * @param name of its picture
 */
export async function expectFit(page: Page, name: string): Promise<void> {
  expect(await sidewaysScroll(page), name).toBe(0);
  expect(await coveredText(page), name).toEqual([]);
  expect(await page.evaluate(smallTargets), name).toEqual([]);
  expect(await findings(page), name).toEqual([]);
  await picture(page, name);
}
