import { describe, expect, test } from 'vitest';
import { OutboundError } from '../outbound/index.ts';
import { apiKeyMethod } from '../providers/index.ts';
import { checkKey } from './check-key.ts';
import { parseFields } from './parse-fields.ts';
import { answer, fakeFetch, provider } from './fake-fetch.ts';

async function check(id: string, fields: Record<string, string>, ...answers: Parameters<typeof fakeFetch>) {
  const method = apiKeyMethod(provider(id));
  if (method === null) throw new Error(id);
  const parsed = parseFields(method, fields);
  if ('errors' in parsed) throw new Error(JSON.stringify(parsed.errors));
  const { fetch, requests } = fakeFetch(...answers);
  return { result: await checkKey(fetch, provider(id), method, parsed.ok), request: requests[0] };
}

const key = 'fc-0123456789abcdef';
const notion = { integrationSecret: 'ntn_1' };

describe('Notion', () => {
  test('is asked who the bot is, with the version that it insists on', async () => {
    const me = {
      object: 'user',
      id: 'b1',
      name: 'Sync',
      avatar_url: null,
      type: 'bot',
      bot: { workspace_name: 'Acme' },
    };
    const { result, request } = await check('notion', notion, answer(200, me));
    expect(result).toEqual({
      outcome: 'accepted',
      notice: null,
      account: { id: 'b1', name: 'Acme', avatarUrl: null },
    });
    expect(request).toEqual({
      method: 'GET',
      url: 'https://api.notion.com/v1/users/me',
      headers: { authorization: 'Bearer ntn_1', 'notion-version': '2022-06-28' },
      allowedHosts: ['api.notion.com'],
    });
  });

  test('may have an empty bot', async () => {
    const { result } = await check('notion', notion, answer(200, { id: 'b1', bot: {} }));
    expect(result).toMatchObject({ outcome: 'accepted', account: { id: 'b1', name: null } });
  });

  test.each([
    [
      { id: 'b1', bot: { workspace_name: 'of ntn_1' } },
      { id: 'b1', name: null, avatarUrl: null },
    ],
    [
      { id: 'ntn_1', bot: { workspace_name: 'Acme' } },
      { id: null, name: 'Acme', avatarUrl: null },
    ],
    [{ id: btoa('ntn_1'), bot: { workspace_name: 'ntn_1' } }, null],
  ])('may call the owner by the key: that is no account to show %o', async (me, account) => {
    const { result } = await check('notion', notion, answer(200, me));
    expect(result).toMatchObject({ outcome: 'accepted', account });
  });

  test('says 401 for a bad key, and the reason shows', async () => {
    const body = { object: 'error', status: 401, code: 'unauthorized', message: 'API token is invalid.' };
    const { result } = await check('notion', notion, answer(401, body));
    expect(result).toMatchObject({
      outcome: 'rejected',
      detail: expect.stringContaining('API token is invalid.'),
    });
  });
});

describe('what is no verdict on the key', () => {
  test.each([
    [402, 'key_out_of_credit'],
    [403, 'provider_response_invalid'],
    [404, 'provider_response_invalid'],
    [302, 'provider_response_invalid'],
    [408, 'provider_unavailable'],
    [429, 'rate_limited'],
    [500, 'provider_unavailable'],
    [503, 'provider_unavailable'],
    [529, 'rate_limited'],
  ])('%i is %s and carries Retry-After', async (status, code) => {
    const { result } = await check('notion', notion, answer(status, {}, { 'retry-after': '90' }));
    const retryAfterSeconds = code === 'provider_response_invalid' ? null : 90;
    expect(result).toMatchObject({ outcome: 'undecided', failure: { code, retryAfterSeconds } });
  });

  test('an HTML page with status 200', async () => {
    const { result } = await check('notion', notion, answer(200, '<!doctype html><title>Sign in</title>'));
    expect(result).toMatchObject({ outcome: 'undecided', failure: { code: 'provider_response_invalid' } });
  });

  test('a connection that fails, whether or not the request left', async () => {
    for (const sent of ['not_sent', 'unknown'] as const) {
      const { result } = await check(
        'notion',
        notion,
        new OutboundError(sent, 'timeout', 'api.notion.com: timeout'),
      );
      expect(result).toMatchObject({ outcome: 'undecided', failure: { code: 'provider_unavailable' } });
    }
  });

  test('an address that may not be called, which is for the user to change', async () => {
    const refused = new OutboundError('not_sent', 'refused_address', 'a.test is not a public address');
    const { result } = await check('firecrawl', { apiKey: key, baseUrl: 'https://a.test' }, refused);
    expect(result).toMatchObject({
      outcome: 'undecided',
      failure: { code: 'request_refused', retryable: false },
    });
  });
});

describe('Jina Reader', () => {
  test('accepts only an answer that names a user: the page is served without a key as well', async () => {
    const named = [{ authenticatedAs: 'u (Ada)' }, { code: 200, data: { authenticatedAs: 'u (Ada)' } }];
    for (const body of named) {
      expect((await check('jina_reader', { apiKey: 'jina_1' }, answer(200, body))).result.outcome).toBe(
        'accepted',
      );
    }
    const anonymous = [{ usage1: 'x' }, { code: 200, data: {} }, { data: null }, { authenticatedAs: '' }];
    for (const body of anonymous) {
      expect((await check('jina_reader', { apiKey: 'jina_1' }, answer(200, body))).result.outcome).toBe(
        'rejected',
      );
    }
  });
});

const usage = (remainingCredits: number) => answer(200, { success: true, data: { remainingCredits } });

describe('Firecrawl', () => {
  test('is checked by its usage, at the address that the user gave', async () => {
    const hosted = await check('firecrawl', { apiKey: key }, usage(12));
    expect(hosted.result).toEqual({ outcome: 'accepted', notice: null, account: null });
    expect(hosted.request?.url).toBe('https://api.firecrawl.dev/v2/team/credit-usage');
    const own = await check('firecrawl', { apiKey: key, baseUrl: 'https://crawl.acme.test/fc/' }, usage(12));
    expect(own.request).toMatchObject({
      url: 'https://crawl.acme.test/fc/v2/team/credit-usage',
      allowedHosts: 'any_public',
    });
  });

  test('self-hosted passes every key, and says so', async () => {
    const { result } = await check('firecrawl', { apiKey: key }, usage(99_999_999));
    expect(result).toMatchObject({ outcome: 'accepted', notice: 'key_not_checked' });
  });

  test('rejects with a hint at an unusual shape, and without the key', async () => {
    const apiKey = 'sk-not-a-firecrawl-key';
    const { result } = await check(
      'firecrawl',
      { apiKey },
      answer(401, { success: false, error: `Invalid token ${apiKey}` }),
    );
    expect(result).toMatchObject({ outcome: 'rejected', detail: expect.stringContaining('^fc-') });
    expect(JSON.stringify(result)).not.toContain(apiKey);
  });

  test('with success false is no answer of Firecrawl', async () => {
    const { result } = await check('firecrawl', { apiKey: key }, answer(200, { success: false }));
    expect(result).toMatchObject({ outcome: 'undecided', failure: { code: 'provider_response_invalid' } });
  });

  test('is reached at its stand-in also when the address comes from the field', async () => {
    const { fetch, requests } = fakeFetch(usage(1));
    const firecrawl = {
      ...provider('firecrawl'),
      endpointOverrides: { 'https://api.firecrawl.dev': 'http://127.0.0.1:4010/fc' },
    };
    const method = apiKeyMethod(firecrawl);
    if (method === null) throw new Error('no method');
    await checkKey(fetch, firecrawl, method, { apiKey: key, baseUrl: 'https://api.firecrawl.dev' });
    expect(requests[0]?.url).toBe('http://127.0.0.1:4010/fc/v2/team/credit-usage');
  });
});

test('a key with a character that no header can carry is rejected without a request', async () => {
  const { result, request } = await check('notion', { integrationSecret: 'ntn_“x”' });
  expect(result).toMatchObject({ outcome: 'rejected' });
  expect(request).toBeUndefined();
});

describe('fields', () => {
  const method = apiKeyMethod(provider('firecrawl'));
  if (method === null) throw new Error('no method');

  test('are trimmed, filled with defaults and brought into one spelling', () => {
    expect(parseFields(method, { apiKey: ' k\n' })).toEqual({
      ok: { apiKey: 'k', baseUrl: 'https://api.firecrawl.dev' },
    });
    expect(parseFields(method, { apiKey: 'k', baseUrl: 'HTTPS://Crawl.Test:443/a//' })).toEqual({
      ok: { apiKey: 'k', baseUrl: 'https://crawl.test/a' },
    });
  });

  test.each([
    [{ apiKey: ' ' }, 'fields.apiKey', 'is required'],
    [{}, 'fields.apiKey', 'is required'],
    [{ apiKey: 7 }, 'fields.apiKey', 'of the type string'],
    [{ apiKey: 'a\nb' }, 'fields.apiKey', 'control characters'],
    [{ apiKey: 'x'.repeat(8193) }, 'fields.apiKey', 'at most 8192'],
    [{ apiKey: 'k', baseUrl: 'crawl.test' }, 'fields.baseUrl', 'must be a URL'],
    [{ apiKey: 'k', baseUrl: 'javascript:alert(1)' }, 'fields.baseUrl', 'must be a URL'],
    [{ apiKey: 'k', baseUrl: 'https://u:p@crawl.test' }, 'fields.baseUrl', 'user name'],
    [{ apiKey: 'k', baseUrl: 'https://crawl.test?x=1' }, 'fields.baseUrl', 'query'],
    [{ apiKey: 'k', surprise: 'x' }, 'fields.surprise', 'is not known'],
  ])('%o are refused at %s', (input, path, message) => {
    expect(parseFields(method, input)).toEqual({
      errors: [expect.objectContaining({ path, message: expect.stringContaining(message) })],
    });
  });
});
