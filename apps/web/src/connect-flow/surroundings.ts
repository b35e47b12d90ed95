interface Surroundings {
  /** The pointer is a finger. */
  readonly coarse: boolean;
  /** The shorter side of the screen, in CSS pixels. */
  readonly screen: number;
  /** Installed as an app: a window would open in the browser, which knows nothing of it. */
  readonly standalone: boolean;
  /** In a frame of another page, which most providers refuse to be shown in. */
  readonly framed: boolean;
}

export function lookAround(): Surroundings {
  return {
    coarse: matchMedia('(pointer: coarse)').matches,
    screen: Math.min(window.screen.width, window.screen.height),
    standalone: matchMedia('(display-mode: standalone)').matches,
    framed: window.parent !== window,
  };
}

/** Whether a provider is visited in a window of its own, or in the tab itself. */
export function wayToProvider({ coarse, screen, standalone, framed }: Surroundings): 'window' | 'tab' {
  if (framed) return 'window';
  return standalone || (coarse && screen < 600) ? 'tab' : 'window';
}

const inApps =
  /FBAN|FBAV|FB_IAB|Instagram|\bLine\/|LinkedInApp|Snapchat|musical_ly|BytedanceWebview|Twitter for|MicroMessenger|Pinterest|; wv\)/;

/** A browser inside another app: Google and others refuse to sign anybody in there (`disallowed_useragent`). */
export function isInAppBrowser(userAgent: string): boolean {
  return inApps.test(userAgent) || /iP(?:hone|ad|od)(?!.*Safari\/).*AppleWebKit/.test(userAgent);
}

/** An address that leaves the app for the browser of the device, where there is one. */
export function outsideAddress(userAgent: string, href: string): string {
  const { protocol } = new URL(href);
  const scheme = protocol.slice(0, -1);
  if (/Android/.test(userAgent))
    return `${href.replace(/^https?:/, 'intent:').replace(/#.*$/, '')}#Intent;scheme=${scheme};action=android.intent.action.VIEW;end`;
  if (/iP(?:hone|ad|od)/.test(userAgent)) return `x-safari-${href}`;
  return href;
}
