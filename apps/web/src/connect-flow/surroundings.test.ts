import { describe, expect, it } from 'vitest';
import { isInAppBrowser, outsideAddress, wayToProvider } from './surroundings.ts';

const desktop = { coarse: false, screen: 1080, standalone: false, framed: false };

const agents = {
  chrome:
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0',
  safariPhone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  chromePhone:
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  webView:
    'Mozilla/5.0 (Linux; Android 15; Pixel 9; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/140.0.0.0 Mobile Safari/537.36',
  iosWebView:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  instagram:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 390.0',
  facebook:
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/520.0]',
};

describe('console C5: the way to a provider', () => {
  it('is a window on a desktop, a tablet and a touch screen of that size', () => {
    expect(wayToProvider(desktop)).toBe('window');
    expect(wayToProvider({ ...desktop, coarse: true, screen: 800 })).toBe('window');
    expect(wayToProvider({ ...desktop, screen: 500 })).toBe('window');
  });

  it('is the tab itself on a phone and in an installed app', () => {
    expect(wayToProvider({ ...desktop, coarse: true, screen: 390 })).toBe('tab');
    expect(wayToProvider({ ...desktop, standalone: true })).toBe('tab');
  });

  it('is never the frame, which no provider lets itself be shown in', () => {
    expect(wayToProvider({ coarse: true, screen: 390, standalone: true, framed: true })).toBe('window');
  });
});

describe('console C8: a browser inside an app', () => {
  it.each(['webView', 'iosWebView', 'instagram', 'facebook'] as const)('is known: %s', (name) => {
    expect(isInAppBrowser(agents[name])).toBe(true);
  });

  it.each(['chrome', 'firefox', 'safariPhone', 'chromePhone'] as const)('is not suspected: %s', (name) => {
    expect(isInAppBrowser(agents[name])).toBe(false);
  });

  it('is left by an address that its device understands', () => {
    const href = 'https://keys.test/connect/session/abc';
    expect(outsideAddress(agents.webView, href)).toBe(
      'intent://keys.test/connect/session/abc#Intent;scheme=https;action=android.intent.action.VIEW;end',
    );
    expect(outsideAddress(agents.instagram, href)).toBe(`x-safari-${href}`);
    expect(outsideAddress(agents.chrome, href)).toBe(href);
  });
});
