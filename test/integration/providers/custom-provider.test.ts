import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addKey, connect, providerLog } from '../../support/flows.ts';
import { leaseOf, presentedIn, refreshNow, removeNow } from '../../support/provider-checks.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';
import { startProcess } from '../../support/start-process.ts';

// The stack maps this origin to wherever its sandbox listens.
const origin = 'https://sandbox.latchkey.test';

const acme = {
  id: 'acme',
  label: 'Acme',
  docsUrl: 'https://acme.test/docs',
  allowedHosts: ['sandbox.latchkey.test'],
  authMethods: [
    {
      type: 'api_key',
      fields: [{ name: 'token', label: 'Token', secret: true, required: true }],
      validate: {
        method: 'GET',
        url: `${origin}/sandbox/me`,
        headers: { authorization: 'Bearer {{token}}' },
        accepted: [200],
        rejected: [401, 403],
        account: { id: '/id', name: '/name' },
      },
    },
    {
      type: 'oauth2',
      authorizationEndpoint: `${origin}/oidc/auth`,
      tokenEndpoint: `${origin}/oidc/token`,
      revocationEndpoint: `${origin}/oidc/token/revocation`,
      issuer: `${origin}/oidc`,
      clientAuthentication: 'client_secret_basic',
      tokenRequestFormat: 'form',
      pkce: 'S256',
      scopes: ['openid', 'profile', 'offline_access', 'files.read'],
      authorizationParams: { prompt: 'consent' },
      refresh: { rotation: 'strict' },
      userinfo: { method: 'GET', url: `${origin}/oidc/me`, account: { id: '/sub', name: '/name' } },
    },
  ],
};

let folder: string;
let stack: Stack;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-providers-'));
  await writeFile(join(folder, 'acme.json'), JSON.stringify(acme));
  stack = await startStack({
    env: {
      PROVIDERS_DIR: folder,
      OAUTH_ACME_CLIENT_ID: 'acme-client',
      OAUTH_ACME_CLIENT_SECRET: 'acme-secret',
    },
  });
  await stack.sandbox.control.registerClient({
    provider: 'sandbox',
    clientId: 'acme-client',
    clientSecret: 'acme-secret',
    redirectUris: [`${stack.url}/oauth/callback/acme`],
  });
});

afterAll(async () => {
  await stack.close();
  await rm(folder, { recursive: true });
});

describe(`a provider from a file (${transport})`, () => {
  it('is listed with both of its methods, as the built-in ones are', async () => {
    const { body } = await stack.admin.get('/v1/providers/acme');
    expect(body).toMatchObject({
      id: 'acme',
      label: 'Acme',
      authMethods: [
        { type: 'api_key', fields: [{ name: 'token', secret: true }] },
        { type: 'oauth2', client: { mode: 'default', redirectUri: `${stack.url}/oauth/callback/acme` } },
      ],
    });
  });

  it('takes keys: accepted with their account, rejected, leased, deleted', async () => {
    const { credential } = await addKey(stack, 'acme', { token: 'sbx_valid_acme' });
    expect(credential).toMatchObject({
      provider: 'acme',
      status: 'active',
      account: { id: 'sandbox-workspace', name: 'Sandbox workspace' },
    });
    expect((await leaseOf(stack, credential)).body).toMatchObject({
      type: 'api_key',
      fields: { token: 'sbx_valid_acme' },
    });
    const wrong = await addKey(stack, 'acme', { token: 'wrong' });
    expect(wrong.authorization).toMatchObject({ status: 'failed', error: { code: 'key_rejected' } });
    expect(await removeNow(stack, credential.id)).toMatchObject({ status: 'succeeded' });
  });

  it('connects accounts: leased, refreshed in a chain, revoked on delete', async () => {
    await stack.sandbox.control.clearLog();
    const { credential } = await connect(stack, { provider: 'acme' });
    expect(credential).toMatchObject({
      provider: 'acme',
      status: 'active',
      account: { name: 'Ada Lovelace' },
    });
    expect((await leaseOf(stack, credential)).body).toMatchObject({
      type: 'oauth2',
      credentialId: credential.id,
    });
    expect(await refreshNow(stack, credential.id)).toMatchObject({ status: 'succeeded' });
    expect(await refreshNow(stack, credential.id)).toMatchObject({ status: 'succeeded' });
    const [exchange] = await providerLog(stack, 'sandbox', 'token.code');
    const refreshes = await providerLog(stack, 'sandbox', 'token.refresh');
    expect(exchange).toMatchObject({ clientId: 'acme-client', clientAuthentication: 'basic' });
    expect(presentedIn(refreshes)).toEqual([
      exchange?.issued?.refreshToken,
      refreshes[0]?.issued?.refreshToken,
    ]);
    expect(await removeNow(stack, credential.id)).toMatchObject({ status: 'succeeded', error: null });
    const [grant] = await stack.sandbox.control.grants({
      provider: 'sandbox',
      ...(exchange?.grantId == null ? {} : { grantId: exchange.grantId }),
    });
    expect(grant).toMatchObject({ liveRefreshTokens: [] });
  });
});

describe('a bad provider file', () => {
  it('stops API and worker with file, path and reason for each mistake, and without a stack', async () => {
    const bad = await mkdtemp(join(tmpdir(), 'latchkey-providers-'));
    try {
      const [method] = acme.authMethods;
      await writeFile(join(bad, 'broken.json'), '{ "id": "acme", ');
      await writeFile(join(bad, 'host.json'), JSON.stringify({ ...acme, allowedHosts: ['api.acme.test'] }));
      await writeFile(
        join(bad, 'wrong.json'),
        JSON.stringify({ ...acme, label: '', authMethods: [{ ...method, fields: [] }] }),
      );
      for (const entry of ['api', 'worker'] as const) {
        // Definitions are read before the database is needed.
        const started = startProcess(entry, {
          PROVIDERS_DIR: bad,
          DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
          DATA_DIR: join(bad, 'data'),
          PORT: '0',
        });
        expect(await started.ended).toMatchObject({ how: 'exit code 1' });
        const output = started.lines.join('\n');
        expect(output).toContain(`${join(bad, 'broken.json')}: (file): not valid JSON`);
        expect(output).toContain(
          `${join(bad, 'host.json')}: authMethods.0.validate.url: the host sandbox.latchkey.test is not one of allowedHosts`,
        );
        expect(output).toContain(`${join(bad, 'wrong.json')}: label: `);
        expect(output).toContain(`${join(bad, 'wrong.json')}: authMethods.0.fields: `);
        expect(output).not.toMatch(/^\s+at /m);
      }
    } finally {
      await rm(bad, { recursive: true });
    }
  });
});
