import { setTimeout as wait } from 'node:timers/promises';
import type { DemoApi } from './api.ts';
import { connectSandbox, openSandbox, type SandboxControl } from './connect-sandbox.ts';
import type { Instance } from './instance.ts';
import { expect, say } from './say.ts';

interface Stage {
  readonly instance: Instance;
  readonly api: DemoApi;
}

/** Every step says what it does and fails when it did not happen. */
export async function runSteps({ instance, api }: Stage): Promise<void> {
  const worker = instance.startWorker?.() ?? null;
  await addKey(api);
  const sandbox = await openSandbox(api);
  await sandbox.settings({ autoApprove: true, accessTokenTtlSeconds: { sandbox: 120 } });
  try {
    const credentialId = await connect(api);
    await letTokenExpire(api, sandbox, credentialId);
    if (worker === null)
      say.fact('(The killed worker is left out: the demo kills only processes that it started.)');
    else await surviveKilledWorker({ instance, api }, sandbox, credentialId, () => worker.kill('SIGKILL'));
    await remove(api, credentialId);
  } finally {
    await sandbox.settings({ autoApprove: false, accessTokenTtlSeconds: { sandbox: 120 } });
  }
}

async function addKey(api: DemoApi): Promise<void> {
  say.step('Add an API key');
  const added = await api.call('POST', '/v1/credentials', {
    provider: 'sandbox',
    name: 'Demo key',
    fields: { apiKey: 'sbx_valid_demo' },
  });
  const authorization = await api.finish(added['authorization'].id);
  expect(authorization['status'] === 'succeeded', `the key to be accepted, not ${authorization['status']}`);
  const lease = await api.call('POST', '/v1/leases', { provider: 'sandbox' });
  expect(lease['type'] === 'api_key' && lease['fields'].apiKey === 'sbx_valid_demo', 'a lease of the key');
  say.fact('The provider accepted it, and a lease hands it out.');
}

async function connect(api: DemoApi): Promise<string> {
  say.step('Connect an account by OAuth');
  const authorization = await api.finish(await connectSandbox(api));
  expect(
    authorization['status'] === 'succeeded',
    `the account to be connected, not ${JSON.stringify(authorization['error'])}`,
  );
  const credential = await api.call('GET', `/v1/credentials/${authorization['credentialId']}`);
  say.fact(
    `${credential['name']} is ${credential['status']}; the token expires at ${credential['expiresAt']}.`,
  );
  const lease = await leaseToken(api, credential['id']);
  expect(lease['type'] === 'oauth2', 'a lease of a token');
  say.fact('A lease hands out the access token, and nothing else.');
  return String(credential['id']);
}

async function leaseToken(api: DemoApi, credentialId: string) {
  return api.call('POST', '/v1/leases', {
    provider: 'sandbox',
    credentialId,
    minTtlSeconds: 1,
    waitSeconds: 55,
  });
}

async function letTokenExpire(api: DemoApi, sandbox: SandboxControl, credentialId: string): Promise<void> {
  say.step('Let a token expire');
  await sandbox.settings({ accessTokenTtlSeconds: { sandbox: 4 } });
  await refresh(api, credentialId);
  const before = await leaseToken(api, credentialId);
  await sandbox.settings({ accessTokenTtlSeconds: { sandbox: 120 } });
  say.fact(`This token is good until ${before['expiresAt']}; waiting until it is not …`);
  await wait(Math.max(0, Date.parse(before['expiresAt']) - Date.now()) + 500);
  const after = await leaseToken(api, credentialId);
  expect(after['accessToken'] !== before['accessToken'], 'another token than the expired one');
  expect(Date.parse(after['expiresAt']) > Date.now(), 'a token that is good now');
  say.fact(`The next lease brought one that is good until ${after['expiresAt']}.`);
}

async function refresh(api: DemoApi, credentialId: string): Promise<void> {
  const { authorization } = await api.call('POST', `/v1/credentials/${credentialId}/refresh`);
  const ended = await api.finish(authorization.id);
  expect(ended['status'] === 'succeeded', `the refresh to succeed, not ${JSON.stringify(ended['error'])}`);
}

async function surviveKilledWorker(
  { instance, api }: Stage,
  sandbox: SandboxControl,
  credentialId: string,
  kill: () => void,
): Promise<void> {
  say.step('Kill a worker in the middle of a refresh');
  // The Sandbox rotates strictly, so the refresh token is presented again when the access token is about to end.
  await sandbox.settings({ accessTokenTtlSeconds: { sandbox: 40 } });
  await refresh(api, credentialId);
  await sandbox.settings({ accessTokenTtlSeconds: { sandbox: 120 } });
  const before = await leaseToken(api, credentialId);
  const { tokenVersion } = await api.call('GET', `/v1/credentials/${credentialId}`);
  await sandbox.fault({ provider: 'sandbox', endpoint: 'token.refresh', fault: 'hang', times: 1 });
  const { authorization } = await api.call('POST', `/v1/credentials/${credentialId}/refresh`);
  await sandbox.untilInFlight('token.refresh');
  kill();
  say.fact(
    'The request was on its way when the worker got SIGKILL. Another worker starts; nobody else does anything.',
  );
  instance.startWorker?.();
  const started = Date.now();
  const meanwhile = await leaseToken(api, credentialId);
  expect(meanwhile['accessToken'] === before['accessToken'], 'the token at hand, which still lives');
  say.fact(
    'Nobody knows whether the provider has rotated the token. Until that is clear the one at hand is leased.',
  );
  const ended = await api.finish(authorization.id, 120);
  expect(
    ended['status'] === 'succeeded',
    `the refresh to succeed in the end, not ${JSON.stringify(ended['error'])}`,
  );
  const credential = await api.call('GET', `/v1/credentials/${credentialId}`);
  expect(
    credential['status'] === 'active' && credential['tokenVersion'] === tokenVersion + 1,
    'an active credential with one new token',
  );
  await leaseToken(api, credentialId);
  say.fact(
    `Recovered by itself after ${Math.round((Date.now() - started) / 1000)} s; the token was not lost.`,
  );
}

async function remove(api: DemoApi, credentialId: string): Promise<void> {
  say.step('Delete the connection');
  const { authorization } = await api.call('DELETE', `/v1/credentials/${credentialId}?force=true`);
  const ended = await api.finish(authorization.id);
  expect(ended['status'] === 'succeeded', `the grant to be revoked, not ${JSON.stringify(ended['error'])}`);
  say.fact('The grant is revoked at the provider and the tokens are erased here.');
}
