import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConnectPage, type ConnectPage } from '../../support/connect-page.ts';
import { eventually } from '../../support/eventually.ts';
import { addKey } from '../../support/flows.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

const enter = async (page: ConnectPage, apiKey: string, name?: string) => {
  const added = await page.post('/credentials', { provider: 'sandbox', name, fields: { apiKey } });
  expect(added.status, added.text).toBe(202);
  return page.finish(added.body.authorization.id);
};

const credentials = async (name: string) => {
  const { body } = await stack.admin.get('/v1/credentials?limit=200');
  return body.items.filter((each: { name: string }) => each.name === name);
};

describe(`a key on the connect page (${transport})`, () => {
  it('is stored and checked, and is never seen again', async () => {
    const page = await openConnectPage(stack.admin, { returnUrl: `${stack.url}/done?mine=1`, state: 'a&b' });
    const authorization = await enter(page, 'sbx_valid_first', 'First');
    expect(authorization).toMatchObject({ kind: 'validate_key', status: 'succeeded', error: null });
    const read = await page.get();
    expect(read.text).not.toContain('sbx_valid_first');
    expect(read.body.outcome).toEqual({
      sessionId: page.id,
      status: 'connected',
      result: 'succeeded',
      kind: 'validate_key',
      authorizationId: authorization.id,
      credentialId: authorization.credentialId,
      provider: 'sandbox',
      credentialName: 'First',
      accountName: 'Sandbox workspace',
      code: null,
      state: 'a&b',
      returnTo: `${stack.url}/done?mine=1&status=succeeded&sessionId=${page.id}&authorizationId=${authorization.id}&credentialId=${authorization.credentialId}&state=a%26b`,
    });
    expect((await stack.admin.get(`/v1/connect-sessions/${page.id}`)).body).toEqual(read.body.outcome);
    const lease = await stack.admin.post('/v1/leases', {
      provider: 'sandbox',
      credentialId: authorization.credentialId,
    });
    expect(lease.body.fields).toEqual({ apiKey: 'sbx_valid_first' });
  });

  it('after one that was refused becomes the key of the same credential', async () => {
    const page = await openConnectPage(stack.admin);
    const refused = await enter(page, 'sbx_wrong', 'Second try');
    expect(refused).toMatchObject({ status: 'failed', error: { code: 'key_rejected', actor: 'user' } });
    expect((await page.get()).body.outcome).toMatchObject({
      status: 'open',
      result: 'failed',
      code: 'key_rejected',
    });
    const accepted = await enter(page, 'sbx_valid_second', 'Second try, renamed');
    expect(accepted).toMatchObject({ status: 'succeeded', credentialId: refused.credentialId });
    expect(await credentials('Second try')).toHaveLength(0);
    expect(await credentials('Second try, renamed')).toMatchObject([{ status: 'active' }]);
  });

  it('is the only one of its session', async () => {
    const page = await openConnectPage(stack.admin);
    await enter(page, 'sbx_valid_only', 'Only');
    for (const ask of [
      page.post('/credentials', { provider: 'sandbox', fields: { apiKey: 'sbx_valid_more' } }),
      page.post('/authorizations', { provider: 'sandbox', window: 'popup' }),
    ]) {
      expect(await ask).toMatchObject({ status: 410, body: { code: 'connect_session_over' } });
    }
    expect(await credentials('Only')).toHaveLength(1);
  });

  it('that proved nothing is gone when the person leaves, or connects an account instead', async () => {
    const left = await openConnectPage(stack.admin);
    await enter(left, 'sbx_wrong', 'Left');
    expect((await left.post('/close')).body).toMatchObject({ status: 'closed', result: 'failed' });
    const changed = await openConnectPage(stack.admin);
    await enter(changed, 'sbx_wrong', 'Changed');
    const started = await changed.post('/authorizations', { provider: 'sandbox', window: 'popup' });
    expect(started.status, started.text).toBe(201);
    await eventually(
      async () => {
        const rest = [...(await credentials('Left')), ...(await credentials('Changed'))];
        return rest.length === 0;
      },
      { describe: 'both credentials are deleted' },
    );
  });

  it('that could not be checked yet is kept when the person says so', async () => {
    const page = await openConnectPage(stack.admin);
    const added = await page.post('/credentials', {
      provider: 'sandbox',
      name: 'Kept',
      fields: { apiKey: 'sbx_key_503' },
    });
    const { id } = added.body.authorization;
    await eventually(async () => (await page.get(`/authorizations/${id}`)).body.attempts > 0, {
      describe: 'it was tried',
    });
    expect((await page.post('/close', { keep: true })).body).toMatchObject({
      status: 'closed',
      result: null,
    });
    expect(await credentials('Kept')).toMatchObject([{ status: 'pending' }]);
  });

  it('replaces the key of the credential that the session is for, and of no other', async () => {
    const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_wrong' }, 'Again');
    const page = await openConnectPage(stack.admin, { credentialId: credential.id });
    expect(await enter(page, 'sbx_valid_again', 'Not renamed')).toMatchObject({
      status: 'succeeded',
      credentialId: credential.id,
    });
    expect(await credentials('Again')).toMatchObject([{ status: 'active' }]);
    const oauth = await openConnectPage(stack.admin, { credentialId: credential.id });
    expect(await oauth.post('/authorizations', { provider: 'sandbox', window: 'popup' })).toMatchObject({
      status: 409,
      body: { code: 'auth_method_unsupported' },
    });
    await oauth.post('/close');
    expect(await credentials('Again')).toMatchObject([{ status: 'active' }]);
  });

  it('with a field missing is refused at that field', async () => {
    const page = await openConnectPage(stack.admin);
    const added = await page.post('/credentials', { provider: 'sandbox', fields: {} });
    expect(added).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    expect(added.body.errors[0].path).toBe('fields.apiKey');
  });
});
