import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../support/client.ts';
import { connect, goThroughConsent } from '../../support/flows.ts';
import { adminToken, startStack, transport, type Stack } from '../../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

/** The directives of a policy by name. */
function policyOf(header: string | null): ReadonlyMap<string, string> {
  return new Map(
    (header ?? '').split('; ').map((directive) => {
      const [name = '', ...values] = directive.split(' ');
      return [name, values.join(' ')];
    }),
  );
}

/** @param base from where a page may be told what its addresses are relative to */
function expectEverywhere({ headers }: Pick<Answer, 'headers'>, base = "'none'") {
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  const policy = policyOf(headers.get('content-security-policy'));
  expect(policy.get('default-src')).toBe("'none'");
  expect(policy.get('base-uri')).toBe(base);
  expect(policy.get('frame-ancestors')).toBe("'none'");
  expect(policy.has('upgrade-insecure-requests')).toBe(false);
  expect(headers.get('strict-transport-security')).toBeNull();
  return policy;
}

/** One nonce per response, on every script and style of the page, and nothing inline without it. */
function expectNonce({ text }: Pick<Answer, 'text'>, policy: ReadonlyMap<string, string>): string {
  const nonce = /^'nonce-([\w-]{20,})'$/.exec(policy.get('script-src') ?? '')?.[1] ?? '';
  expect(nonce).not.toBe('');
  expect(policy.get('style-src')).toBe(`'nonce-${nonce}'`);
  const tags = text.match(/<(?:script|style)\b[^>]*>/g) ?? [];
  expect(tags.length).toBeGreaterThan(0);
  expect(tags.filter((tag) => !tag.includes(`nonce="${nonce}"`))).toEqual([]);
  expect(text).not.toMatch(/\son\w+=|\sstyle=|javascript:/i);
  return nonce;
}

async function pages(): Promise<Record<string, { headers: Headers; text: string }>> {
  const page = async (path: string) => stack.clientWith(null).get(path);
  const started = await stack.admin.post('/v1/authorizations', { provider: 'sandbox' });
  const ask = await page(new URL(started.body.authorizationUrl).pathname);
  const { page: callback, browser, authorizationId } = await goThroughConsent(stack, { provider: 'sandbox' });
  const result = await browser.visit(`${stack.url}/oauth/result/${authorizationId}`);
  const toHeaders = ({ headers, text }: typeof callback | typeof result) => ({
    headers: new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    text,
  });
  return {
    'GET /oauth/start': ask,
    'GET /oauth/start, refused': await page('/oauth/start/unknown'),
    'GET /oauth/callback': toHeaders(callback),
    'GET /oauth/callback, refused': await page('/oauth/callback/sandbox?code=x&state=y'),
    'GET /oauth/result': toHeaders(result),
    'GET /auth/callback, refused': await page('/auth/callback'),
    'GET /docs/errors/forbidden': await page('/docs/errors/forbidden'),
  };
}

describe(`the header matrix (${transport})`, () => {
  it('console C18: the console isolates itself from pages that open it, but not from windows that it opens', async () => {
    for (const path of ['/', '/connect/cred_x']) {
      const answer = await stack.clientWith(null).get(path);
      const policy = expectEverywhere(answer, "'self'");
      expect(answer.headers.get('cross-origin-opener-policy'), path).toBe('same-origin-allow-popups');
      expect(answer.headers.get('cache-control'), path).toBe('no-store');
      expect(policy.get('connect-src')).toBe("'self'");
    }
    const home = await stack.clientWith(null).get('/');
    const nonce = expectNonce(home, policyOf(home.headers.get('content-security-policy')));
    const again = await stack.clientWith(null).get('/');
    expect(again.text).not.toContain(nonce);
  });

  it('A13: pages of an authorization send no opener policy, are not framed, not kept, and refer to nobody', async () => {
    for (const [name, answer] of Object.entries(await pages())) {
      const policy = expectEverywhere(answer);
      expect(answer.headers.get('cross-origin-opener-policy'), name).toBeNull();
      expect(answer.headers.get('cache-control'), name).toBe('no-store');
      expect(answer.headers.get('content-type'), name).toBe('text/html; charset=utf-8');
      expect(policy.get('form-action'), name).toBe("'none'");
      expect(answer.text, name).not.toContain('<form');
      expectNonce(answer, policy);
    }
  });

  it('the redirect to the provider is not kept either, and refers to nobody', async () => {
    const { body } = await stack.admin.post('/v1/authorizations', { provider: 'sandbox', confirm: false });
    const answer = await stack.clientWith(null).get(new URL(body.authorizationUrl).pathname);
    expect(answer.status).toBe(302);
    expectEverywhere(answer);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('cross-origin-opener-policy')).toBeNull();
    expect(answer.headers.get('set-cookie')).toMatch(
      /^latchkey_browser=[^;]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/,
    );
  });

  it('every JSON answer is for this caller and this moment only', async () => {
    const { credential } = await connect(stack, { provider: 'sandbox' });
    const answers = [
      await stack.admin.get('/v1/credentials'),
      await stack.admin.get('/v1/nothing'),
      await stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId: credential.id }),
      await stack.clientWith(null).get('/v1/events'),
      await stack.clientWith(null).get('/auth/session'),
      await stack.clientWith(null).post('/auth/session', { adminToken }),
      await stack.clientWith(null).get('/livez'),
      await stack.admin.get('/metrics'),
    ];
    for (const answer of answers) {
      expectEverywhere(answer);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('the API page loads nothing from elsewhere and runs nothing inline', async () => {
    const policy = expectEverywhere(await stack.admin.get('/docs'));
    expect(policy.get('script-src')).toBe("'self'");
    expect(policy.get('connect-src')).toBe("'self'");
  });

  it('nobody is allowed to call it from a page of another origin', async () => {
    const answer = await stack.clientWith(null).call('OPTIONS', '/v1/credentials', {
      headers: { origin: 'https://evil.test', 'access-control-request-method': 'POST' },
    });
    expect(answer.status).toBe(405);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe(`the header matrix under https (${transport})`, () => {
  let secure: Stack;

  beforeAll(async () => {
    secure = await startStack({ env: { PUBLIC_URL: 'https://keys.test' } });
  });

  afterAll(() => secure.close());

  it('browsers stay on https, and cookies are Secure and bound to the host', async () => {
    const home = await secure.clientWith(null).get('/');
    expect(home.headers.get('content-security-policy')).toContain('upgrade-insecure-requests');
    expect(home.headers.get('strict-transport-security')).toMatch(/^max-age=\d{8,}/);
    const session = await secure.clientWith(null).post('/auth/session', { adminToken });
    expect(session.headers.get('set-cookie')).toMatch(
      /^__Host-latchkey_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    const { body } = await secure.admin.post('/v1/authorizations', { provider: 'sandbox', confirm: false });
    const onward = await secure.clientWith(null).get(new URL(body.authorizationUrl).pathname);
    expect(onward.headers.get('set-cookie')).toMatch(
      /^__Host-latchkey_browser=[^;]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });
});
