import { describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { account, at, key, now } from '../../testing/credentials.ts';
import { freezeTime } from '../../testing/freeze-time.ts';
import { show } from '../../testing/show.tsx';
import { ExpiryLine } from './expiry-line.tsx';

freezeTime(now);

const hour = 3600;

describe('when an account is refreshed and when it expires', () => {
  it('console A2: is said in the words of people, and ticks', async () => {
    const credential = { ...account, nextRefreshAt: at(2 * hour), expiresAt: at(3 * hour) };
    const { container } = await show(<ExpiryLine credential={credential} provider="Acme" />);
    const line = () => container.querySelector('[data-expiry]')?.textContent;
    await expect.poll(line).toBe('Refreshes in 2 hr. · expires in 3 hr.');
    vi.advanceTimersByTime(hour * 1000);
    await expect.poll(line).toBe('Refreshes in 1 hr. · expires in 2 hr.');
    vi.advanceTimersByTime(1.5 * hour * 1000);
    await expect.poll(line).toBe('Refresh is due 30 min. ago · expires in 30 min.');
    vi.advanceTimersByTime(hour * 1000);
    await expect.poll(line).toBe('Refresh is due 1 hr. ago · expired 30 min. ago');
  });

  it('console A2: has the exact time in UTC on focus', async () => {
    await show(<ExpiryLine credential={{ ...account, nextRefreshAt: null }} provider="Acme" />);
    await userEvent.tab();
    await expect.element(page.getByRole('tooltip')).toMatchTextContent(/2026-06-01 13:00:00 UTC/);
  });

  it('console A2: is told where the provider gives no expiry, or wants a person again', async () => {
    const credential = { ...account, nextRefreshAt: null, expiresAt: null, reconnectBy: at(48 * hour) };
    const { container } = await show(<ExpiryLine credential={credential} provider="Acme" />);
    await expect
      .poll(() => container.textContent)
      .toContain('Acme gives no expiry · reconnect before in 2 days');
  });

  it.each([
    ['a key', key],
    ['what must be connected again', { ...account, status: 'reauthorization_required' as const }],
  ])('is not said of %s', async (_, credential) => {
    const { container } = await show(<ExpiryLine credential={credential} provider="Acme" />);
    expect(container.querySelector('[data-expiry]')).toBeNull();
  });
});
