import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { connect, finish } from '../../support/flows.ts';
import { codeVerifier, consentIn, openBound, startBound } from '../../support/held-consent.ts';
import { openCheckedClient, openapi, violations } from '../../support/openapi.ts';
import { adminToken, startStack, transport, type Stack } from '../../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  const rootKeys = ['main', 'spare'].map((id) => `${id}:${randomBytes(32).toString('base64')}`);
  stack = await startStack({ env: { LATCHKEY_ROOT_KEYS: rootKeys.join(',') } });
});

afterAll(() => stack.close());

/** Pages and streams describe no body. */
const withoutBody =
  /^GET \/(?:auth\/(?:callback|login)|connect|oauth\/(?:start|callback|result)|metrics|v1\/(?:events\/stream|audit\/export))/;

describe(`the description of the API (${transport})`, () => {
  it('is served as it is committed, up to the order of members', async () => {
    const served = await stack.admin.get('/openapi.json');
    expect(served.status).toBe(200);
    expect(served.body).toEqual(openapi);
  });

  it('is what every operation answers, successes and problems', async () => {
    const { client, succeeded } = openCheckedClient(stack.url, adminToken);
    const added = await client.post('/v1/credentials', {
      provider: 'sandbox',
      fields: { apiKey: 'sbx_valid_a' },
    });
    const { id } = added.body.credential;
    await finish(client, added.body.authorization.id);
    await client.post(`/v1/credentials/${id}/validate`);
    await client.patch(`/v1/credentials/${id}`, { name: 'Renamed' });
    await client.patch(`/v1/credentials/${id}`, { fields: { apiKey: 'sbx_wrong' } });
    await client.get(`/v1/credentials/${id}`);
    const { credential, browser, authorization } = await connect(stack, { provider: 'sandbox' });
    const key = await client.post('/v1/leases', { provider: 'sandbox', credentialId: credential.id });
    expect(key.body.type).toBe('oauth2');
    await client.post(`/v1/leases/${key.body.leaseId}/report`, { outcome: 'rejected', status: 401 });
    const refresh = await client.post(`/v1/credentials/${credential.id}/refresh`);
    await finish(client, refresh.body.authorization.id);
    const attempts = await client.get(`/v1/credentials/${credential.id}/attempts`);
    expect(attempts.body.items).toHaveLength(1);
    await eventually(
      async () => {
        const { items } = (await client.get(`/v1/credentials/${credential.id}/timeline`)).body;
        return new Set(items.map(({ type }: { type: string }) => type)).size === 3;
      },
      { describe: 'a time line with items of every kind' },
    );
    const started = await client.post('/v1/authorizations', { provider: 'notion', name: 'N' });
    await client.post(`/v1/authorizations/${started.body.id}/cancel`);
    await client.get(`/v1/authorizations/${started.body.id}`);
    await client.post('/v1/authorizations/cancel', { dryRun: true });
    for (const list of ['credentials', 'authorizations', 'providers', 'service-tokens', 'workspaces']) {
      expect((await client.get(`/v1/${list}`)).status).toBe(200);
    }
    for (const log of ['events', 'audit']) {
      await eventually(async () => (await client.get(`/v1/${log}`)).body.items.length > 0, { describe: log });
    }
    await client.get('/v1/overview');
    await client.get('/v1/audit/head');
    await client.get('/v1/audit/verification');
    await client.get('/v1/providers/onedrive');
    await client.put('/v1/providers/notion/oauth-client', { clientId: 'x', clientSecret: 'y' });
    await client.get('/v1/providers/notion/oauth-client');
    await client.delete('/v1/providers/notion/oauth-client');
    const token = await client.post('/v1/service-tokens', {
      name: 'x',
      role: 'viewer',
      expiresAt: '2099-01-01T00:00:00Z',
    });
    await client.patch(`/v1/service-tokens/${token.body.id}`, { allowedAddresses: ['192.0.2.0/24'] });
    await client.post(`/v1/service-tokens/${token.body.id}/rotate`);
    await client.delete(`/v1/service-tokens/${token.body.id}`);
    await client.post('/v1/workspaces', { name: 'Described' });
    await client.get('/v1/root-keys');
    await client.post('/v1/root-keys/main/retire');
    await client.post('/v1/root-keys/spare/retire');
    await client.post('/v1/root-keys/main/promote');
    // A process that is slow to report keeps the job from being over before it is cancelled.
    await stack.database.superuser.query(
      `insert into process_report (id, role, version, root_key_ids, generation) values ('slow/1/x', 'api', '1', '{}', -1)`,
    );
    const job = await client.post('/v1/key-jobs', { kind: 'rotate_data' });
    await client.get(`/v1/key-jobs/${job.body.id}`);
    await client.post(`/v1/key-jobs/${job.body.id}/cancel`);
    await stack.database.superuser.query(`delete from process_report where id = 'slow/1/x'`);
    await client.get('/v1/key-jobs');
    for (const action of ['pause', 'resume', 'retry']) await client.post(`/v1/queues/revoke/${action}`);
    await client.get('/v1/queues');
    expect((await client.get('/v1/queues/validate-key/jobs?state=failed')).body.items).toHaveLength(1);
    const session = await client.post('/auth/session', { adminToken });
    const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';
    await client.get('/auth/session', { headers: { cookie } });
    const sessions = await client.get('/v1/sessions');
    expect((await client.get('/v1/sessions', { headers: { cookie } })).status).toBe(200);
    await client.post('/auth/session', { adminToken });
    await client.delete('/v1/sessions?subject=nobody');
    const [latest] = (await client.get('/v1/sessions')).body.items.slice(-1);
    expect(latest.id).not.toBe(sessions.body.items.at(-1).id);
    await client.delete(`/v1/sessions/${latest.id}`);
    await client.delete('/auth/session', { headers: { cookie, 'sec-fetch-site': 'same-origin' } });
    const followed = [...browser.cookies()]
      .map(([name, value]) => `${name.split(' ')[1]}=${value}`)
      .join('; ');
    await client.get(`/oauth/status/${authorization.id}`, { headers: { cookie: followed } });
    const connecting = await client.post('/v1/connect-sessions', { providers: ['sandbox'] });
    await client.get(`/v1/connect-sessions/${connecting.body.id}`);
    const page = { headers: { 'x-connect-session': connecting.body.url.split('/').at(-1) } };
    const ofPage = '/v1/connect-session';
    const consent = await client.post(
      `${ofPage}/authorizations`,
      { provider: 'sandbox', window: 'popup' },
      page,
    );
    await client.get(`${ofPage}/authorizations/${consent.body.id}`, page);
    await client.post(`${ofPage}/authorizations/${consent.body.id}/cancel`, undefined, page);
    await client.post(
      `${ofPage}/credentials`,
      { provider: 'sandbox', fields: { apiKey: 'sbx_wrong' } },
      page,
    );
    expect((await client.get(ofPage, page)).body.authorizations).toHaveLength(2);
    await client.get(`${ofPage}/outcome`, page);
    await client.post(`${ofPage}/close`, undefined, page);
    const bound = await openBound(stack);
    const going = await startBound(bound);
    const { consentCode } = await consentIn(going.browser, going.url);
    await client.post(`/v1/connect-sessions/${bound.id}/verify`, { consentCode, codeVerifier });
    await client.get('/livez');
    await client.get('/readyz');
    const removed = await client.delete(`/v1/credentials/${credential.id}`);
    expect(removed).toMatchObject({ status: 409, body: { code: 'credential_in_use' } });
    await client.delete(`/v1/credentials/${credential.id}?force=true`);
    await client.post('/v1/leases', { provider: 'nobody' });
    await client.post('/v1/leases', { provider: 7 });

    const all = Object.entries(openapi.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(all.filter((name) => !withoutBody.test(name) && !succeeded.has(name))).toEqual([]);
  });

  it('names every code that a problem may have', async () => {
    const problem = openapi.components.schemas['Problem'] ?? {};
    const { body } = await stack.admin.get('/v1/credentials/cred_none');
    expect(violations(body, problem)).toEqual([]);
    expect(violations({ ...body, code: 'made_up' }, problem)).not.toEqual([]);
  });

  it('is shown at /docs to those who may call the API, and sends a person who is not signed in to where they can be', async () => {
    const anybody = stack.clientWith(null);
    expect((await anybody.get('/openapi.json')).status).toBe(401);
    expect((await anybody.get('/docs')).status).toBe(401);
    const browser = await anybody.get('/docs', { headers: { accept: 'text/html' } });
    expect([browser.status, browser.headers.get('location')]).toEqual([302, '/']);
    const page = await stack.admin.get('/docs');
    expect(page.status).toBe(200);
    expect(page.text).toContain('swagger-ui');
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, url = '']) => new URL(url, `${stack.url}/docs/`),
    );
    expect(assets.length).toBeGreaterThan(2);
    for (const { origin, pathname } of assets) {
      expect(origin).toBe(stack.url);
      expect((await stack.admin.get(pathname)).status, pathname).toBe(200);
    }
  });
});
