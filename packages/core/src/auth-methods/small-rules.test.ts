import { describe, expect, test } from 'vitest';
import { expiresInPolicy } from './expires-in.ts';
import { cleanProviderText } from './provider-text.ts';
import { nextRefreshInSeconds } from './refresh-window.ts';
import { readRetryAfter } from './retry-after.ts';
import { answer } from './fake-fetch.ts';

test.each([
  [3600, 3600],
  ['3599', 3599],
  [3599.9, 3599],
  [undefined, 100],
  [null, 100],
  [0, 100],
  [-5, 100],
  [Number.NaN, 100],
  ['', 100],
  ['soon', 100],
  ['-5', 100],
  [{}, 100],
  [1e300, 315_360_000],
  [Number.POSITIVE_INFINITY, 315_360_000],
])('expires_in %s lives %i seconds', (value, seconds) => expect(expiresInPolicy(value, 100)).toBe(seconds));

test('B20: expires_in that is not said is unknown where the provider has no default', () => {
  expect(expiresInPolicy(undefined, null)).toBeNull();
  expect(expiresInPolicy(0, null)).toBeNull();
});

describe('the time of the next refresh', () => {
  const normal = { refreshTokenPresent: true, oldAccessTokenSurvives: true };
  const late = { refreshTokenPresent: true, oldAccessTokenSurvives: false };

  test.each([
    [3600, 2700],
    [14_400, 10_800],
    [1200, 600],
    [60, 30],
    [1, 1],
    [0, 1],
  ])('of a token that lives %i s is at %i s', (life, at) =>
    expect(nextRefreshInSeconds(life, normal, 0)).toBe(at),
  );

  test('is late where a refresh ends the token before it', () => {
    expect(nextRefreshInSeconds(7200, late, 0)).toBe(7080);
    expect(nextRefreshInSeconds(60, late, 0)).toBe(54);
  });

  test('is spread by jitter, always before the end and never earlier than two fifths of a life', () => {
    for (const life of [10, 60, 900, 3600, 28_800, 86_400]) {
      const earliest = nextRefreshInSeconds(life, normal, 0.999_999) ?? 0;
      const latest = nextRefreshInSeconds(life, normal, 0) ?? 0;
      expect(earliest).toBeLessThan(latest);
      expect(latest).toBeLessThan(life);
      expect(earliest).toBeGreaterThanOrEqual(Math.floor(life * 0.4));
    }
  });

  test('is none without a refresh token, and none without a known life unless idle grants end', () => {
    expect(nextRefreshInSeconds(3600, { ...normal, refreshTokenPresent: false }, 0)).toBeNull();
    expect(nextRefreshInSeconds(null, normal, 0)).toBeNull();
    expect(nextRefreshInSeconds(null, { ...normal, idleDays: 90 }, 0)).toBe(45 * 86_400);
    expect(nextRefreshInSeconds(365 * 86_400, { ...normal, idleDays: 60 }, 0)).toBe(30 * 86_400);
  });
});

test.each([
  [{ 'retry-after': '120' }, 120],
  [{ 'retry-after': ' 5 ' }, 5],
  [{ 'retry-after': '999999999' }, 86_400],
  [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }, 30],
  [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:10 GMT' }, 10],
  [{ 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 0],
  [{ 'retry-after': 'soon' }, null],
  [{ 'retry-after': '-3' }, 0],
  [{}, null],
])('Retry-After %o is %s seconds', (headers, seconds) => {
  const now = Date.parse('Wed, 21 Oct 2026 07:28:00 GMT');
  expect(readRetryAfter(answer(429, '', headers).headers, now)).toBe(seconds);
});

describe('E42: text of a provider', () => {
  test('is one line without control and hidden characters', () => {
    expect(cleanProviderText('a\r\nb\u0000\u001b[31mc\u202ed\u2028e')).toBe('a b [31mc d e');
  });

  test('is at most 200 characters long', () => {
    expect(cleanProviderText('word '.repeat(100))).toHaveLength(200);
  });

  test('has no half of a surrogate pair, neither sent nor made by the cut', () => {
    expect(cleanProviderText('a\ud800b\udfff')).toBe('a b');
    expect(cleanProviderText(`${'word '.repeat(39)}wor👩 and more`)).toMatch(/wor…$/);
  });

  test('has no secret that was sent, plain or URL-encoded, and nothing that looks like a token', () => {
    const text = `code 4/0A+b c=, again 4%2F0A%2Bb%20c%3D, jwt ${'eyJhbGciOi'.repeat(6)}`;
    expect(cleanProviderText(text, ['4/0A+b c='])).toBe('code [secret], again [secret], jwt [removed]');
  });

  test.each([
    ['a form', '%22s%21+%7E%26%3Cx'],
    ['a URL in lower case', '%22s!%20~%26%3cx'],
    ['JSON', String.raw`\"s! ~&<x`],
    ['HTML', '&quot;s! ~&amp;&lt;x'],
  ])('has no secret that was quoted from %s', (_name, quoted) => {
    expect(cleanProviderText(`sent: ${quoted}.`, ['"s! ~&<x'])).toBe('sent: [secret].');
  });

  test.each(['', 'i', 'id', 'client'])(
    'has no secret that was quoted from a Basic header, after the id "%s"',
    (id) => {
      const header = Buffer.from(`${id}:sh0rt-s3cr3t`).toString('base64');
      const clean = cleanProviderText(`sent: Basic ${header}`, ['sh0rt-s3cr3t']);
      expect(clean).toContain('[secret]');
      expect(
        Buffer.from(clean.replace('sent: Basic ', '').replace('[secret]', ''), 'base64').toString(),
      ).not.toContain('s3cr');
    },
  );
});
