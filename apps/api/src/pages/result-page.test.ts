import { languageTags, type Language } from '@latchkey/texts/languages.ts';
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

function page(authorization: FollowedAuthorization, language: Language = 'en'): string {
  return resultPage({
    authorization,
    providerLabel: '<b>Notion</b>',
    publicOrigin: 'https://keys.test',
    requestId: 'req_1',
    frame: { nonce: 'n0nce', base: '/tools/latchkey/', language },
  });
}

describe('the page that follows an authorization', () => {
  test('asks again without JavaScript while it is not over, at an address that carries no code', () => {
    expect(page(base)).toMatch(
      /<noscript>\s*<meta http-equiv="refresh" content="2;url=\/tools\/latchkey\/oauth\/result\/auth_1"/,
    );
  });

  test('does not ask again once it is over', () => {
    expect(page({ ...base, status: 'succeeded' })).not.toContain('http-equiv');
    expect(page(failed)).not.toContain('http-equiv');
  });

  test('a failure shows reason, code, request id and who must act, and escapes what others wrote', () => {
    const text = page(failed);
    expect(text).toContain('Access was not granted<br />You, or &lt;b&gt;Notion&lt;/b&gt; for you, said no.');
    expect(text).toContain('consent_denied');
    expect(text).toContain('req_1');
    expect(text).toContain('connect &lt;b&gt;Notion&lt;/b&gt; again');
  });

  test('a failure without words is told as the API has it, in English', () => {
    const error = {
      code: 'of_tomorrow',
      message: 'Of <b>tomorrow</b>.',
      retryable: false,
      actor: 'user',
    } as const;
    expect(page({ ...failed, error }, 'de')).toContain('<p lang="en">Of &lt;b&gt;tomorrow&lt;/b&gt;.</p>');
  });

  test.each(languageTags)('console C29: says all of it in %s', (language) => {
    const pages = [base, { ...base, status: 'succeeded' }, failed].map((each) => page(each, language));
    for (const text of pages) {
      expect(text).toContain(`<html lang="${language}" dir="ltr"`);
      expect(text).not.toMatch(/\{\{|(?:connect|failures|finishing|next|failed)[.:]\w/);
    }
    const isEnglish = pages.map((text) => /You can|Access was not granted<br/.test(text));
    expect(isEnglish).toEqual(isEnglish.map(() => language === 'en'));
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
