/** Light and on our own origin, so that it can be opened within the click and turned to the provider later. */
const ownPage = 'connect/window';

interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Fits the screen, in the middle of the window that opens it. Never `noopener`: it would take away the handle, and with it
 * the means to turn the window to the provider.
 */
export function windowFeatures(opener: Place, screen: { width: number; height: number }): string {
  const width = Math.min(560, screen.width);
  const height = Math.min(760, screen.height);
  const left = Math.max(0, Math.round(opener.left + (opener.width - width) / 2));
  const top = Math.max(0, Math.round(opener.top + (opener.height - height) / 2));
  return `popup=yes,width=${width},height=${height},left=${left},top=${top}`;
}

/**
 * To be called within the click, before anything is awaited: later the browser blocks it. The name makes a second window
 * for the same thing impossible.
 * @returns null when the browser opened none
 */
export function openWindow(name: string, address: string = ownPage): Window | null {
  const place = {
    left: window.screenX,
    top: window.screenY,
    width: window.outerWidth,
    height: window.outerHeight,
  };
  const { availWidth, availHeight } = window.screen;
  try {
    const opened = window.open(
      address,
      name.replaceAll(/\W/g, '_'),
      windowFeatures(place, { width: availWidth, height: availHeight }),
    );
    return opened === null || opened.closed ? null : opened;
  } catch {
    return null;
  }
}

/** Brings a window to the front. @returns false when it is closed, or cut off, which looks the same from here */
export function focusWindow(handle: Window | null): boolean {
  if (handle === null || handle.closed) return false;
  handle.focus();
  return true;
}

/**
 * Calls back once when the window seems to be closed. A page with Cross-Origin-Opener-Policy seems closed while the
 * person reads it: a reason for a hint, never for giving up.
 * @returns ends it
 */
export function watchClosed(handle: Pick<Window, 'closed'>, onClosed: () => void): () => void {
  const timer = setInterval(() => {
    if (!handle.closed) return;
    clearInterval(timer);
    onClosed();
  }, 500);
  return () => clearInterval(timer);
}
