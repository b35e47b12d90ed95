import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox } from '../start-sandbox.ts';
import { at, basic, callback, json, pairOf, postForm, visit, withQuery } from '../testing/browser.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
  await sandbox.control.updateSettings({ autoApprove: true });
});
afterAll(async () => sandbox.close());

const tokenUrl = (): string => at(sandbox, 'https://api.notion.com/v1/oauth/token');

const post = async (path: string, body: object): Promise<Response> =>
  fetch(at(sandbox, `https://api.notion.com/v1/oauth/${path}`), {
    method: 'POST',
    headers: { authorization: basic('notion'), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const code = async (): Promise<string> => {
  const query = {
    client_id: 'sandbox-notion',
    redirect_uri: callback('notion'),
    response_type: 'code',
    owner: 'user',
    state: 's',
  };
  return (await visit(withQuery(at(sandbox, 'https://api.notion.com/v1/oauth/authorize'), query))).code;
};

const exchange = async (value: string): Promise<Response> =>
  post('token', { grant_type: 'authorization_code', code: value, redirect_uri: callback('notion') });

const connect = async () => pairOf(await json(await exchange(await code())));

const me = async (token: string, version = '2022-06-28'): Promise<Response> =>
  fetch(at(sandbox, 'https://api.notion.com/v1/users/me'), {
    headers: { authorization: `Bearer ${token}`, ...(version === '' ? {} : { 'notion-version': version }) },
  });

describe('OAuth', () => {
  test('a connection answers with the workspace and without expires_in', async () => {
    const body = await json(await exchange(await code()));
    expect(body).toMatchObject({
      bot_id: 'bot-ada',
      workspace_name: 'Ada Lovelace’s workspace',
      owner: { type: 'user' },
    });
    expect(body).not.toHaveProperty('expires_in');
    expect((await me(pairOf(body).accessToken)).status).toBe(200);
  });

  test('a refresh replaces the pair and the old refresh token is dead', async () => {
    const first = await connect();
    const body = { grant_type: 'refresh_token', refresh_token: first.refreshToken };
    const second = pairOf(await json(await post('token', body)));
    expect(second.refreshToken).not.toBe(first.refreshToken);
    const replay = await post('token', body);
    expect(replay.status).toBe(400);
    expect(await json(replay)).toMatchObject({ error: 'invalid_grant' });
  });

  test('a code works once', async () => {
    const value = await code();
    expect((await exchange(value)).status).toBe(200);
    expect(await json(await exchange(value))).toMatchObject({ error: 'invalid_grant' });
  });

  test('a form body is refused', async () => {
    const response = await postForm(tokenUrl(), 'notion', {
      grant_type: 'authorization_code',
      code: await code(),
    });
    expect(await json(response)).toMatchObject({ error: 'invalid_request' });
  });

  test('client credentials in the body are refused', async () => {
    const response = await fetch(tokenUrl(), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_id: 'sandbox-notion', client_secret: 'sandbox-notion-secret' }),
    });
    expect(response.status).toBe(401);
    expect(await json(response)).toMatchObject({ error: 'invalid_client' });
  });

  test('an exchange without redirect_uri is refused', async () => {
    const response = await post('token', { grant_type: 'authorization_code', code: await code() });
    expect(await json(response)).toMatchObject({ error: 'invalid_request' });
  });

  test('authorization without owner=user is refused on a page', async () => {
    const query = { client_id: 'sandbox-notion', redirect_uri: callback('notion'), response_type: 'code' };
    const response = await fetch(withQuery(at(sandbox, 'https://api.notion.com/v1/oauth/authorize'), query));
    expect(response.status).toBe(400);
  });

  test('revoking ends the pair, and introspection says so', async () => {
    const { accessToken, refreshToken } = await connect();
    expect(await json(await post('introspect', { token: accessToken }))).toMatchObject({ active: true });
    expect((await post('revoke', { token: refreshToken })).status).toBe(200);
    expect(await json(await post('introspect', { token: accessToken }))).toEqual({ active: false });
    expect((await me(accessToken)).status).toBe(401);
  });

  test('an older app gets the same pair at every authorization', async () => {
    await sandbox.control.updateSettings({ notionReusesPair: true });
    const [one, two] = [await connect(), await connect()];
    await sandbox.control.updateSettings({ notionReusesPair: false });
    expect(two).toEqual(one);
  });
});

describe('integration secret', () => {
  test('a key that ends in -ok is accepted, any other is 401', async () => {
    expect((await me('ntn_team-ok')).status).toBe(200);
    const refused = await me('ntn_team');
    expect(refused.status).toBe(401);
    expect(await json(refused)).toMatchObject({ object: 'error', code: 'unauthorized' });
  });

  test('overload is answered with 529', async () => {
    expect(await json(await me('ntn_team-529'))).toMatchObject({ status: 529, code: 'service_overload' });
  });

  test('a request without Notion-Version is refused', async () => {
    expect(await json(await me('ntn_team-ok', ''))).toMatchObject({ code: 'missing_version' });
  });
});
