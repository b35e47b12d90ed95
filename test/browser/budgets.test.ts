import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { resultPage } from '@latchkey/api/pages/result-page.ts';
import { webFiles } from '@latchkey/api/pages/web-shell.ts';
import { languageTags } from '@latchkey/texts/languages.ts';
import { describe, expect, it } from 'vitest';

const packed = (content: string | Buffer) => gzipSync(content).length;

/** Bytes, packed, of every script that is loaded before a page shows anything. */
function scriptsOf(page: 'console' | 'connect'): number {
  const html = readFileSync(new URL(`${page}.html`, webFiles), 'utf8');
  const files = new Set([...html.matchAll(/"\.\/(assets\/[^"]+\.js)"/g)].map(([, file = '']) => file));
  expect(files.size).toBeGreaterThan(0);
  return [...files].reduce((sum, file) => sum + packed(readFileSync(new URL(file, webFiles))), 0);
}

describe('what a browser has to load', () => {
  it('the console is 230 kB of script at most, packed, until it shows something', () => {
    expect(scriptsOf('console')).toBeLessThanOrEqual(230_000);
  });

  it('the connect page is 110 kB of script at most', () => {
    expect(scriptsOf('connect')).toBeLessThanOrEqual(110_000);
  });

  it.each(languageTags)('the page after the provider is 6 kB at most, all in all, in %s', (language) => {
    const page = resultPage({
      authorization: {
        id: 'auth_00000000000000000000000000',
        provider: 'sandbox',
        status: 'failed',
        credentialId: null,
        error: { code: 'consent_denied', message: 'x'.repeat(100), retryable: false, actor: 'user' },
        returnTo: null,
      },
      providerLabel: 'Sandbox',
      publicOrigin: 'https://latchkey.test',
      requestId: 'req_00000000000000000000000000',
      frame: { nonce: 'x'.repeat(22), base: '/', language },
    });
    expect(packed(page)).toBeLessThanOrEqual(6_000);
  });

  it('the script that embeds the connect page is 5 kB at most', () => {
    const script = new URL('../../packages/connect/dist/connect.js', import.meta.url);
    expect(packed(readFileSync(script))).toBeLessThanOrEqual(5_000);
  });
});
