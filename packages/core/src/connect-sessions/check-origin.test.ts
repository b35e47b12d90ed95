import { describe, expect, it } from 'vitest';
import { mayEmbed } from './check-origin.ts';

describe('an origin that may embed the connect page', () => {
  it.each([
    'https://app.test',
    'https://app.test:8443',
    'https://xn--bcher-kva.test',
    'http://localhost:3000',
    'http://app.localhost',
    'http://127.0.0.1:5173',
    'http://[::1]:5173',
    'http://intranet',
  ])('may be %s', (origin) => {
    expect(mayEmbed(origin, ['http://intranet'])).toBe(true);
  });

  it.each([
    'http://app.test',
    'http://localhost.evil.test',
    'http://127.0.0.1.evil.test',
    'https://app.test/',
    'https://app.test:443',
    'https://APP.test',
    'https://user@app.test',
    'https://*',
    'https://*.app.test',
    "https://a;script-src'self'",
    'https://a,b',
    'https://bücher.test',
    'null',
    '*',
    '',
    'blob:https://app.test',
    'javascript:alert(1)',
  ])('may not be %s', (origin) => {
    expect(mayEmbed(origin, ['http://intranet'])).toBe(false);
  });
});
