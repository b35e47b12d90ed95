import { describe, expect, test } from 'vitest';
import { resultPage, returnAddress, type FollowedAuthorization } from './result-page.ts';

const base: FollowedAuthorization = {
  id: 'auth_1',
  provider: 'notion',
  status: 'queued',
  credentialId: null,
  error: null,
  returnTo: null,
};
const failed: FollowedAuthorization = {
  ...base,
  status: 'failed',
  error: {
    code: 'consent_denied',
    message: 'Access was <b>not</b> granted.',
    retryable: false,
    actor: 'user',
  },
};

function page(authorization: FollowedAuthorization): string {
  return resultPage({
    authorization,
    providerLabel: 'Notion',
    publicOrigin: 'https://keys.test',
    requestId: 'req_1',
    nonce: 'n0nce',
  });
}

describe('the page that follows an authorization', () => {
  test('asks again without JavaScript while it is not over, at an address that carries no code', () => {
    expect(page(base)).toMatch(
      /<noscript>\s*<meta http-equiv="refresh" content="2;url=\/oauth\/result\/auth_1"/,
    );
  });

  test('does not ask again once it is over', () => {
    expect(page({ ...base, status: 'succeeded' })).not.toContain('http-equiv');
    expect(page(failed)).not.toContain('http-equiv');
  });

  test('a failure shows reason, code, request id and who must act, and escapes what others wrote', () => {
    const text = page(failed);
    expect(text).toContain('Access was &lt;b&gt;not&lt;/b&gt; granted.');
    expect(text).toContain('consent_denied');
    expect(text).toContain('req_1');
    expect(text).toContain('connect Notion again');
  });

  test('every script and style carries the nonce', () => {
    const opened = page(base).match(/<(?:script|style)\b[^>]*>/g);
    expect(opened).toHaveLength(2);
    for (const tag of opened ?? []) expect(tag).toContain('nonce="n0nce"');
  });
});

describe('the return address', () => {
  test('carries the outcome and keeps what the caller put there', () => {
    expect(
      returnAddress('https://app.test/done?state=mine', {
        ...base,
        status: 'succeeded',
        credentialId: 'cred_1',
      }),
    ).toBe('https://app.test/done?state=mine&status=succeeded&authorizationId=auth_1&credentialId=cred_1');
    expect(returnAddress('https://app.test/done', failed)).toBe(
      'https://app.test/done?status=failed&authorizationId=auth_1&code=consent_denied',
    );
  });

  test('is not there before the end, nor without one', () => {
    expect(returnAddress('https://app.test/done', base)).toBeNull();
    expect(returnAddress(null, failed)).toBeNull();
  });
});
