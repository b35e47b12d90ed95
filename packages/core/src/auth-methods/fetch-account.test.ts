import { describe, expect, test } from 'vitest';
import { OutboundError } from '../outbound/index.ts';
import { Secret } from '../secret.ts';
import { answer, client, fakeFetch, provider } from './fake-fetch.ts';
import { fetchAccount } from './fetch-account.ts';

const account = (id: string, ...answers: Parameters<typeof fakeFetch>) => {
  const { fetch, requests } = fakeFetch(...answers);
  return {
    result: fetchAccount(fetch, { provider: provider(id), client, accessToken: new Secret('at') }),
    requests,
  };
};

describe('the account', () => {
  test('of Dropbox is asked for by POST without a body', async () => {
    const body = {
      account_id: 'dbid:1',
      name: { display_name: 'Ada' },
      profile_photo_url: 'https://p.test/a.jpg',
    };
    const { result, requests } = account('dropbox', answer(200, body));
    expect(await result).toEqual({ id: 'dbid:1', name: 'Ada', avatarUrl: 'https://p.test/a.jpg' });
    expect(requests[0]).toMatchObject({ method: 'POST', headers: { authorization: 'Bearer at' } });
    expect(requests[0]?.body).toBeUndefined();
    expect(requests[0]?.headers).not.toHaveProperty('content-type');
  });

  test('is not what quotes the access token', async () => {
    const { fetch } = fakeFetch(answer(200, { account_id: 'a-long-token', name: { display_name: 'Ada' } }));
    const accessToken = new Secret('a-long-token');
    const asked = { provider: provider('dropbox'), client, accessToken };
    expect(await fetchAccount(fetch, asked)).toEqual({ id: null, name: 'Ada', avatarUrl: null });
  });

  test('is one line that a database keeps as it is', async () => {
    const body = { account_id: '\u0000dbid:1', name: { display_name: `A\ud800\nda ${'x'.repeat(495)}👩` } };
    const { result } = account('dropbox', answer(200, body));
    expect(await result).toMatchObject({ id: 'dbid:1', name: `A da ${'x'.repeat(495)}` });
  });

  test('is unknown rather than a failure, whatever happens', async () => {
    expect(await account('dropbox', answer(401, {})).result).toBeNull();
    expect(await account('dropbox', answer(200, '<html>')).result).toBeNull();
    expect(await account('dropbox', new OutboundError('unknown', 'timeout', 'x')).result).toBeNull();
    expect(await account('notion').result).toBeNull();
  });
});
