import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../support/flows.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';
import { inNewWorkspace } from '../../support/workspaces.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { OAUTH_DROPBOX_CLIENT_ID: '', OAUTH_DROPBOX_CLIENT_SECRET: '' } });
});

afterAll(() => stack.close());

const secret = 'a-secret-that-never-comes-back';
const path = '/v1/providers/notion/oauth-client';

describe(`OAuth clients (${transport})`, () => {
  it('without its own client a workspace uses the default one, or none, and the provider says which', async () => {
    const { client } = await inNewWorkspace(stack);
    const { body } = await client.get('/v1/providers');
    const modes = body.items.map((provider: { id: string; authMethods: { client?: { mode: string } }[] }) => [
      provider.id,
      provider.authMethods.find(({ client: oauth }) => oauth)?.client?.mode,
    ]);
    expect(Object.fromEntries(modes)).toMatchObject({
      notion: 'default',
      dropbox: 'none',
      jina_reader: undefined,
    });
    const none = await client.post('/v1/authorizations', { provider: 'dropbox' });
    expect(none).toMatchObject({ status: 409, body: { code: 'oauth_client_missing' } });
  });

  it('a client of its own goes before, shows in the provider, and hides its secret', async () => {
    const { client } = await inNewWorkspace(stack);
    const put = await client.put(path, { clientId: 'own', clientSecret: secret });
    const redirectUri = `${stack.url}/oauth/callback/notion`;
    expect(put).toMatchObject({
      status: 200,
      body: { mode: 'custom', clientId: 'own', hasSecret: true, enabled: true, redirectUri },
    });
    const read = await client.get(path);
    expect(read.body).toEqual(put.body);
    const provider = await client.get('/v1/providers/notion');
    expect(provider.body.authMethods).toContainEqual(
      expect.objectContaining({ type: 'oauth2', client: { mode: 'custom', redirectUri } }),
    );
    const audit = await client.get('/v1/audit');
    for (const { text } of [put, read, provider, audit]) expect(text).not.toContain(secret);
  });

  it('an omitted secret stays, and switching it off brings the default back without forgetting it', async () => {
    const { client } = await inNewWorkspace(stack);
    await client.put(path, { clientId: 'own', clientSecret: secret });
    const off = await client.put(path, { clientId: 'own', enabled: false });
    expect(off.body).toMatchObject({ mode: 'default', enabled: false });
    const on = await client.put(path, { clientId: 'own', enabled: true });
    expect(on.body).toMatchObject({ mode: 'custom', clientId: 'own', hasSecret: true });
  });

  it('forgetting it brings the default back; there is nothing to forget twice', async () => {
    const { client } = await inNewWorkspace(stack);
    await client.put(path, { clientId: 'own', clientSecret: secret });
    expect(await client.delete(path)).toMatchObject({
      status: 200,
      body: { mode: 'default', clientId: expect.not.stringMatching('own') },
    });
    expect(await client.delete(path)).toMatchObject({
      status: 404,
      body: { code: 'oauth_client_not_found' },
    });
  });

  it('says what was connected with it, and whether there is a default to go back to', async () => {
    const own = { clientId: 'sandbox-notion', clientSecret: 'sandbox-notion-secret' };
    expect((await stack.admin.get(path)).body).toMatchObject({
      isCustom: false,
      hasDefault: true,
      credentials: 0,
    });
    await connect(stack, { provider: 'notion' });
    expect((await stack.admin.get(path)).body).toMatchObject({ credentials: 1 });
    // Of the same id, but the workspace's own: nothing was issued to it.
    expect((await stack.admin.put(path, own)).body).toMatchObject({ isCustom: true, credentials: 0 });
    await connect(stack, { provider: 'notion' });
    expect((await stack.admin.put(path, { ...own, enabled: false })).body).toMatchObject({
      mode: 'default',
      isCustom: true,
      credentials: 1,
    });
    expect((await stack.admin.delete(path)).body).toMatchObject({ isCustom: false, credentials: 1 });
    const none = await stack.admin.get('/v1/providers/dropbox/oauth-client');
    expect(none.body).toMatchObject({ mode: 'none', hasDefault: false, credentials: 0 });
  });

  it('wrong fields and providers without OAuth are refused', async () => {
    const { client } = await inNewWorkspace(stack);
    const refused = async (at: string, body: unknown) => (await client.put(at, body)).body.code;
    expect(await refused(path, { clientSecret: secret })).toBe('validation_failed');
    expect(await refused(path, { clientId: 'own', clientSecret: secret, more: 1 })).toBe('validation_failed');
    expect(await refused(path, { clientId: 'a\nb', clientSecret: secret })).toBe('validation_failed');
    expect(
      await refused('/v1/providers/onedrive/oauth-client', {
        clientId: 'own',
        clientSecret: secret,
        params: { tenant: '../x' },
      }),
    ).toBe('validation_failed');
    expect(
      await refused('/v1/providers/jina_reader/oauth-client', { clientId: 'own', clientSecret: secret }),
    ).toBe('auth_method_unsupported');
    expect(await refused('/v1/providers/none/oauth-client', { clientId: 'own', clientSecret: secret })).toBe(
      'provider_not_found',
    );
  });
});

describe(`workspaces (${transport})`, () => {
  it('only the bootstrap admin makes and lists them', async () => {
    const { client } = await inNewWorkspace(stack);
    expect(await client.post('/v1/workspaces', { name: 'x' })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    expect(await client.get('/v1/workspaces')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    const made = await stack.admin.post('/v1/workspaces', { name: '  Team Blue ' });
    expect(made).toMatchObject({ status: 201, body: { name: 'Team Blue' } });
    expect(made.body.id).toMatch(/^ws_/);
  });

  it('X-Workspace chooses for the bootstrap admin; without it the default one is meant', async () => {
    const { client, workspaceId } = await inNewWorkspace(stack);
    const chosen = { headers: { 'x-workspace': workspaceId } };
    const made = await stack.admin.post('/v1/authorizations', { provider: 'sandbox' }, chosen);
    const at = `/v1/authorizations/${made.body.id}`;
    expect((await client.get(at)).status).toBe(200);
    expect((await stack.admin.get(at, chosen)).status).toBe(200);
    expect(await stack.admin.get(at)).toMatchObject({
      status: 404,
      body: { code: 'authorization_not_found' },
    });
  });

  it('a workspace that does not exist is 404, and a token cannot choose another than its own', async () => {
    const [one, two] = [await inNewWorkspace(stack), await inNewWorkspace(stack)];
    const choose = (id: string) => ({ headers: { 'x-workspace': id } });
    const missing = { status: 404, body: { code: 'workspace_not_found' } };
    expect(await stack.admin.get('/v1/credentials', choose('ws_none'))).toMatchObject(missing);
    expect(await one.client.get('/v1/credentials', choose(two.workspaceId))).toMatchObject(missing);
    expect((await one.client.get('/v1/credentials', choose(one.workspaceId))).status).toBe(200);
  });

  it('only the event stream reads the workspace from the address', async () => {
    const { workspaceId } = await inNewWorkspace(stack);
    await stack.admin.post('/v1/authorizations', { provider: 'sandbox' });
    const named = await stack.admin.get(`/v1/authorizations?workspace=${workspaceId}`);
    expect(named.body.items).not.toEqual([]);
  });
});
