import { afterEach, beforeEach, vi } from 'vitest';

/** Has the clock of every test stand at a time, until it is moved. @param now milliseconds since 1970 */
export function freezeTime(now: number): void {
  beforeEach(() => {
    // No more than the page ticks with: the test itself waits in real time.
    vi.useFakeTimers({ now, toFake: ['Date', 'setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}
