import { Failure, Problem } from '@latchkey/core/errors.ts';
import { languageTags, type Language } from '@latchkey/texts/languages.ts';
import { expect, test } from 'vitest';
import { errorPage } from './error-page.ts';

const page = (error: Problem | Failure, language: Language = 'en') =>
  errorPage(error, 'req_1', { nonce: 'n0nce', base: '/', language });

test('says what happened as the API does, whom to ask, and what an administrator looks for', () => {
  const text = page(new Problem('invalid_callback', { detail: 'The <b>state</b> is not known.' }));
  expect(text).toContain('<p lang="en">The &lt;b&gt;state&lt;/b&gt; is not known.</p>');
  expect(text).toContain('Go back to where you started and connect again.');
  expect(text).toContain('<code>invalid_callback</code>');
  expect(text).toContain('<code>req_1</code>');
});

test('in another language it has the words for the code, and English where there are none', () => {
  const text = page(new Problem('invalid_callback', { detail: 'The state is not known.' }), 'de');
  expect(text).toContain('gehört zu nichts, was dieser Browser begonnen hat');
  expect(text).not.toContain('The state is not known.');
  expect(page(new Problem('address_not_allowed', { detail: 'Not there.' }), 'de')).toContain(
    '<p lang="en">Not there.</p>',
  );
});

test.each(languageTags)('console C29: every next step is said in %s', (language) => {
  const codes = [
    'invalid_callback',
    'oauth_client_missing',
    'connect_session_over',
    'forbidden',
    'not_found',
  ] as const;
  const steps = codes.map(
    (code) => /<strong>(.*?)<\/strong>/.exec(page(new Problem(code), language))?.[1] ?? '',
  );
  expect(new Set(steps).size).toBe(codes.length);
  for (const step of steps) expect(step).not.toMatch(/error\.|^$/);
});
