import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { addKey, connect, finish } from '../support/flows.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

/** A workspace of its own, so that names and defaults of other tests do not matter. */
async function inNewWorkspace() {
  const made = await stack.admin.post('/v1/workspaces', { name: `Workspace ${Math.random()}` });
  expect(made.status).toBe(201);
  const token = await stack.admin.post(
    '/v1/service-tokens',
    { name: 'test', role: 'admin' },
    { headers: { 'x-workspace': made.body.id } },
  );
  expect(token.status).toBe(201);
  return stack.clientWith(token.body.token);
}

const key = { apiKey: 'sbx_valid_one' };

describe(`credentials (${transport})`, () => {
  it('a key is stored pending, validated, and leased', async () => {
    const { authorization, credential } = await addKey(stack, 'sandbox', key);
    expect(authorization).toMatchObject({ kind: 'validate_key', status: 'succeeded' });
    expect(credential).toMatchObject({
      status: 'active',
      authMethod: 'api_key',
      name: 'API key 1',
      isDefault: true,
    });
    expect(JSON.stringify(credential)).not.toContain(key.apiKey);
    const lease = await stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId: credential.id });
    expect(lease.body).toMatchObject({ type: 'api_key', fields: key });
  });

  it('a rejected key is invalid, says who must act, and cannot be leased', async () => {
    const { authorization, credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_wrong' });
    expect(authorization).toMatchObject({
      status: 'failed',
      error: { code: 'key_rejected', retryable: false, actor: 'user' },
    });
    expect(credential).toMatchObject({
      status: 'invalid',
      lastError: { code: 'key_rejected', retryable: false, actor: 'user' },
    });
    const lease = await stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId: credential.id });
    expect(lease).toMatchObject({
      status: 409,
      body: { code: 'credential_invalid', connectUrl: expect.any(String) },
    });
  });

  it('a new key takes the place of the old one at once, and an omitted field keeps its value', async () => {
    const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_wrong' });
    const changed = await stack.admin.patch(`/v1/credentials/${credential.id}`, {
      fields: { apiKey: 'sbx_valid_two' },
    });
    expect(changed.status).toBe(202);
    expect(changed.body.credential.status).toBe('pending');
    expect(await finish(stack.admin, changed.body.authorization.id)).toMatchObject({ status: 'succeeded' });
    const lease = await stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId: credential.id });
    expect(lease.body.fields.apiKey).toBe('sbx_valid_two');
  });

  it('a new key does not wait until the old one would be checked again', async () => {
    await stack.sandbox.control.addFault({
      provider: 'sandbox',
      endpoint: 'key_check',
      times: 1,
      fault: 'rate_limited',
      retryAfterSeconds: 30,
    });
    const made = await stack.admin.post('/v1/credentials', { provider: 'sandbox', fields: key });
    const { id } = made.body.authorization;
    const waiting = await eventually(
      async () => {
        const { body } = await stack.admin.get(`/v1/authorizations/${id}`);
        return body.status === 'queued' && body.attempts === 1 ? body : null;
      },
      { describe: 'the check waits' },
    );
    const changed = await stack.admin.patch(`/v1/credentials/${made.body.credential.id}`, {
      fields: { apiKey: 'sbx_valid_two' },
    });
    expect(changed.body.authorization.id).toBe(id);
    expect(Date.parse(changed.body.authorization.nextAttemptAt)).toBeLessThan(
      Date.parse(waiting.nextAttemptAt),
    );
    expect(await finish(stack.admin, id)).toMatchObject({ status: 'succeeded', attempts: 2 });
  });

  it('twenty credentials made at once get twenty names and exactly one default', async () => {
    const client = await inNewWorkspace();
    const made = await Promise.all(
      Array.from({ length: 20 }, () => client.post('/v1/credentials', { provider: 'sandbox', fields: key })),
    );
    expect(made.map(({ status }) => status)).toEqual(made.map(() => 202));
    const { body } = await client.get('/v1/credentials?limit=100');
    expect(new Set(body.items.map((item: { name: string }) => item.name)).size).toBe(20);
    expect(body.items.filter((item: { isDefault: boolean }) => item.isDefault)).toHaveLength(1);
  });

  it('a taken name is refused, also when two ask for it at the same moment', async () => {
    const client = await inNewWorkspace();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        client.post('/v1/credentials', { provider: 'sandbox', name: '  Prod ', fields: key }),
      ),
    );
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual([
      '202',
      '409',
      '409',
      '409',
      '409',
    ]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'name_taken' });
    expect(answers.find(({ status }) => status === 202)?.body.credential.name).toBe('Prod');
  });

  it('the default moves when asked, and passes to the oldest when its credential is deleted', async () => {
    const client = await inNewWorkspace();
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      ids.push(
        (await client.post('/v1/credentials', { provider: 'sandbox', name, fields: key })).body.credential.id,
      );
    }
    const defaults = async () => {
      const { body } = await client.get('/v1/credentials');
      return body.items
        .filter((item: { isDefault: boolean }) => item.isDefault)
        .map((item: { name: string }) => item.name);
    };
    expect(await defaults()).toEqual(['a']);
    expect((await client.patch(`/v1/credentials/${ids[2]}`, { isDefault: true })).status).toBe(200);
    expect(await defaults()).toEqual(['c']);
    expect(await client.patch(`/v1/credentials/${ids[2]}`, { isDefault: false })).toMatchObject({
      status: 400,
    });
    expect((await client.delete(`/v1/credentials/${ids[2]}`)).status).toBe(202);
    expect(await defaults()).toEqual(['a']);
  });

  it('bad input changes nothing and says which field is wrong', async () => {
    const client = await inNewWorkspace();
    const cases: [object, string][] = [
      [{ provider: 'sandbox', fields: {} }, 'fields.apiKey'],
      [{ provider: 'sandbox', fields: { apiKey: '   ' } }, 'fields.apiKey'],
      [{ provider: 'sandbox', fields: { apiKey: 'x', other: 'y' } }, 'fields.other'],
      [{ provider: 'sandbox', name: 'n'.repeat(101), fields: key }, 'name'],
      [{ provider: 'sandbox' }, 'fields'],
    ];
    for (const [body, path] of cases) {
      const answer = await client.post('/v1/credentials', body);
      expect(answer.status, answer.text).toBe(400);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.body).toMatchObject({ code: 'validation_failed', requestId: expect.any(String) });
      expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(path);
    }
    expect((await client.get('/v1/credentials')).body.items).toEqual([]);
    expect(await client.post('/v1/credentials', { provider: 'nobody', fields: key })).toMatchObject({
      status: 404,
      body: { code: 'provider_not_found' },
    });
  });

  it('a run that reports a refused token gets a new one at once, and an old report changes nothing', async () => {
    const { credential } = await connect(stack, { provider: 'sandbox' });
    const ask = () => stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId: credential.id });
    const first = await ask();
    const report = await stack.admin.post(`/v1/leases/${first.body.leaseId}/report`, {
      outcome: 'rejected',
      status: 401,
    });
    expect(report.status).toBe(202);
    expect(await finish(stack.admin, report.body.authorization.id)).toMatchObject({
      kind: 'refresh_token',
      status: 'succeeded',
    });
    const second = await ask();
    expect(second.body.accessToken).not.toBe(first.body.accessToken);
    const late = await stack.admin.post(`/v1/leases/${first.body.leaseId}/report`, {
      outcome: 'rejected',
      status: 401,
    });
    expect(late.body.authorization).toBeNull();
  });

  it('toggling the custom OAuth client keeps its secret, and no answer shows it', async () => {
    const client = await inNewWorkspace();
    const path = '/v1/providers/sandbox/oauth-client';
    const set = await client.put(path, { clientId: 'own', clientSecret: 'very-secret-value' });
    expect(set.body).toMatchObject({ mode: 'custom', clientId: 'own', hasSecret: true, enabled: true });
    const off = await client.put(path, { clientId: 'own', enabled: false });
    expect(off.body).toMatchObject({ mode: 'default', hasSecret: true, enabled: false });
    const on = await client.put(path, { clientId: 'own', enabled: true });
    expect(on.body).toMatchObject({ mode: 'custom', hasSecret: true });
    expect(set.text + off.text + on.text + (await client.get(path)).text).not.toContain('very-secret-value');
    expect((await client.delete(path)).status).toBeLessThan(300);
    expect((await client.get(path)).body.mode).toBe('default');
  });
});
