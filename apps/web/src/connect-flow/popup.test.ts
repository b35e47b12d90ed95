import { afterEach, describe, expect, it, vi } from 'vitest';
import { focusWindow, openWindow, watchClosed, windowFeatures } from './popup.ts';

const middle = { left: 100, top: 50, width: 1200, height: 900 };

describe('the window of the provider', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('console C5: fits the screen and stands in the middle of the window before it', () => {
    expect(windowFeatures(middle, { width: 1920, height: 1080 })).toBe(
      'popup=yes,width=560,height=760,left=420,top=120',
    );
    expect(windowFeatures({ left: 0, top: 0, width: 500, height: 400 }, { width: 500, height: 400 })).toBe(
      'popup=yes,width=500,height=400,left=0,top=0',
    );
  });

  it('console C4: keeps its handle', () => {
    expect(windowFeatures(middle, { width: 1920, height: 1080 })).not.toMatch(/noopener|noreferrer/);
  });

  it.each([
    ['nothing', null],
    ['a closed window', { closed: true }],
  ])('console C2: is blocked when the browser hands out %s', (_what, handle) => {
    const open = vi.fn(() => handle);
    vi.stubGlobal('window', { open, screen: { availWidth: 1000, availHeight: 800 } });
    expect(openWindow('latchkey_cs_1')).toBeNull();
    expect(open).toHaveBeenCalledWith('connect/window', 'latchkey_cs_1', expect.any(String));
  });

  it('console C3: comes to the front as long as it is there', () => {
    const focus = vi.fn();
    expect(focusWindow({ closed: false, focus } as unknown as Window)).toBe(true);
    expect(focus).toHaveBeenCalledOnce();
    expect(focusWindow({ closed: true, focus } as unknown as Window)).toBe(false);
    expect(focusWindow(null)).toBe(false);
  });

  it('console C11: is known to be closed within 2 seconds, and told once', () => {
    vi.useFakeTimers();
    const handle = { closed: false };
    const onClosed = vi.fn();
    watchClosed(handle, onClosed);
    vi.advanceTimersByTime(5000);
    expect(onClosed).not.toHaveBeenCalled();
    handle.closed = true;
    vi.advanceTimersByTime(2000);
    vi.advanceTimersByTime(5000);
    expect(onClosed).toHaveBeenCalledOnce();
  });
});
