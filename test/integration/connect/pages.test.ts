import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../support/client.ts';
import { openConnectPage } from '../../support/connect-page.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';

let stack: Stack;
let anybody: Client;

beforeAll(async () => {
  stack = await startStack();
  anybody = stack.clientWith(null);
});

afterAll(() => stack.close());

const open = (url: string, method = 'GET', headers = {}) =>
  anybody.call(method, url.slice(stack.url.length), { headers });

function dataOf({ text }: { text: string }) {
  return JSON.parse(/id="page-data"[^>]*>(.*?)<\/script>/s.exec(text)?.[1] ?? 'null');
}

function directive({ headers }: { headers: Headers }, name: string): string | undefined {
  const found = headers
    .get('content-security-policy')
    ?.split('; ')
    .find((each) => each.startsWith(`${name} `));
  return found?.slice(name.length + 1);
}

async function rows() {
  const { rows: found } = await stack.database.superuser.query(
    `select (select json_agg(s) from connect_session s)::text, (select count(*) from "authorization"),
       (select count(*) from audit_entry)`,
  );
  return JSON.stringify(found);
}

describe(`the connect page (${transport})`, () => {
  it('console C18: has the headers of its row of the matrix', async () => {
    const page = await openConnectPage(stack.admin, {
      allowedOrigins: ['https://app.test', 'http://localhost:5173'],
    });
    const { url: alone } = await openConnectPage(stack.admin);
    for (const answer of [await open(page.url), await open(alone)]) {
      expect(answer.status, answer.text).toBe(200);
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin-allow-popups');
      expect(answer.headers.get('x-frame-options')).toBeNull();
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(directive(answer, 'default-src')).toBe("'none'");
      const nonce = /nonce="([\w-]{20,})"/.exec(answer.text)?.[1];
      expect(directive(answer, 'script-src')).toContain(`'nonce-${nonce}'`);
      expect(answer.headers.get('content-security-policy')).not.toMatch(/unsafe|upgrade-insecure/);
    }
    expect(directive(await open(page.url), 'frame-ancestors')).toBe('https://app.test http://localhost:5173');
    expect(directive(await open(alone), 'frame-ancestors')).toBe("'none'");
  });

  it('console C20, C22: is told its token and what to show, again at each reload', async () => {
    const page = await openConnectPage(stack.admin, { state: '</script><b>' });
    const first = dataOf(await open(page.url));
    expect(first).toEqual({ page: 'connect', token: page.token, session: (await page.get()).body });
    const { body } = await page.post('/authorizations', { provider: 'sandbox', window: 'popup' });
    expect(dataOf(await open(page.url)).session.authorizations).toMatchObject([
      { id: body.id, status: 'awaiting_consent' },
    ]);
  });

  it('console C23: is opened by scanners, prefetches and images without a trace', async () => {
    const { url } = await openConnectPage(stack.admin);
    const before = await rows();
    for (const headers of [
      {},
      { 'sec-purpose': 'prefetch;prerender' },
      { purpose: 'prefetch' },
      { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
    ]) {
      expect((await open(url, 'HEAD', headers)).status).toBe(200);
      expect((await open(url, 'GET', headers)).status).toBe(200);
    }
    expect(await rows()).toBe(before);
  });

  it('console C25: of an unknown, closed or expired session says so, as data of the page', async () => {
    const closed = await openConnectPage(stack.admin, { allowedOrigins: ['https://app.test'] });
    await closed.post('/close');
    const expired = await openConnectPage(stack.admin);
    await stack.database.superuser.query(`update connect_session set expires_at = now() where id = $1`, [
      expired.id,
    ]);
    const unknown = `${stack.url}/connect/session/${'x'.repeat(43)}`;
    for (const [url, status, code] of [
      [closed.url, 410, 'connect_session_over'],
      [expired.url, 410, 'connect_session_over'],
      [unknown, 404, 'connect_session_not_found'],
    ] as const) {
      const answer = await open(url);
      expect(answer.status).toBe(status);
      expect(dataOf(answer)).toEqual({
        page: 'connect',
        problem: {
          code,
          title: expect.stringContaining('connect session'),
          detail: expect.any(String),
          requestId: answer.headers.get('request-id'),
        },
      });
    }
    expect(directive(await open(closed.url), 'frame-ancestors')).toBe('https://app.test');
  });

  it('console C22: stays what it is when the connection was made', async () => {
    const page = await openConnectPage(stack.admin);
    const { body } = await page.post('/credentials', {
      provider: 'sandbox',
      fields: { apiKey: 'sbx_valid_x' },
    });
    await page.finish(body.authorization.id);
    const answer = await open(page.url);
    expect(answer.status).toBe(200);
    expect(dataOf(answer).session.status).toBe('connected');
    expect(answer.text).not.toContain('sbx_valid_x');
  });

  it('goes on in the tab that left, at an address without a token', async () => {
    const answer = await open(`${stack.url}/connect/resume/cs_1?status=succeeded`);
    expect(answer.status).toBe(200);
    expect(dataOf(answer)).toEqual({ page: 'connect', resume: 'cs_1' });
    expect(directive(answer, 'frame-ancestors')).toBe("'none'");
  });

  it('console C1, C18: opens its window on our own origin, one static page without an opener policy', async () => {
    const answer = await open(`${stack.url}/connect/window`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cross-origin-opener-policy')).toBeNull();
    expect(directive(answer, 'frame-ancestors')).toBe("'none'");
    expect(answer.text).not.toMatch(/src=/);
  });

  it('console C19: its outcome can be read by pages of its origins, and of no others', async () => {
    const page = await openConnectPage(stack.admin, { allowedOrigins: ['https://app.test'] });
    const path = '/v1/connect-session/outcome';
    const ask = (origin: string) =>
      anybody.get(path, { headers: { origin, 'x-connect-session': page.token } });
    const preflight = await anybody.call('OPTIONS', path, {
      headers: { origin: 'https://app.test', 'access-control-request-headers': 'x-connect-session' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('x-connect-session');
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
    const answer = await ask('https://app.test');
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.test');
    expect(answer.body).toMatchObject({ sessionId: page.id, status: 'open' });
    for (const origin of ['https://evil.test', 'https://app.test.evil.test', 'null'])
      expect((await ask(origin)).headers.get('access-control-allow-origin')).toBeNull();
    const other = await anybody.get('/v1/connect-session', {
      headers: { origin: 'https://app.test', 'x-connect-session': page.token },
    });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    expect((await anybody.call('OPTIONS', '/v1/connect-session')).status).toBe(405);
  });
});
