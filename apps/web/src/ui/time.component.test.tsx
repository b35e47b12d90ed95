import { describe, expect, it } from 'vitest';
import { at, now } from '../testing/credentials.ts';
import { freezeTime } from '../testing/freeze-time.ts';
import { show } from '../testing/show.tsx';
import { Time } from './time.tsx';

freezeTime(now);

describe('a time', () => {
  it.each([
    ['en', 42, 'in 42 sec.'],
    ['en', -90, '1 min. ago'],
    ['en', -3 * 86_400, '3 days ago'],
    ['en', 70 * 86_400, 'in 2 mo.'],
    ['de', 7200, 'in 2 Std.'],
    ['ja', -7200, '2 時間前'],
  ] as const)('is said in the language of the page: %s, %i s', async (language, seconds, text) => {
    const { container } = await show(<Time at={at(seconds)} />, language);
    await expect.poll(() => container.querySelector('time')?.textContent).toBe(text);
    expect(container.querySelector('time')?.dateTime).toBe(at(seconds));
  });
});
